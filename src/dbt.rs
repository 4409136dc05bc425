//! dbt's own vocabulary, free of any file or manifest: what kinds of things there are and how
//! they compare.

mod access;
mod closest;
mod moment;
mod resource_type;
pub mod schema;
mod value;
mod version;

pub use access::Access;
pub use closest::closest;
pub use moment::moment;
pub use resource_type::ResourceType;
pub use value::{Config, Maybe, Value, get};
pub use version::{Version, latest_of};
