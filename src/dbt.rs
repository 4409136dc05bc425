//! dbt's own vocabulary, free of any file or manifest: what kinds of things there are and how
//! they compare.

mod access;
mod closest;
mod constraint;
mod context;
mod macros;
mod materializations;
mod moment;
mod resource_type;
pub mod schema;
mod value;
mod version;

pub use access::Access;
pub use closest::closest;
pub use constraint::{ConstraintSupport, ConstraintType};
pub use context::{CONTEXT, Member, MemberKind, Scope, context_member, members_of};
pub use macros::{
    GlobalMacro, adapter_chain, global_macro, global_macros, global_macros_named, is_known_adapter,
};
pub use materializations::{is_any_materialization, materializations};
pub use moment::moment;
pub use resource_type::ResourceType;
pub use value::{Config, Maybe, Value, get};
pub use version::{Version, latest_of};
