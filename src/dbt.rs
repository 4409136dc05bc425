//! dbt's own vocabulary, free of any file or manifest: what kinds of things there are and how
//! they compare.

mod access;
mod resource_type;
mod version;

pub use access::Access;
pub use resource_type::ResourceType;
pub use version::{Version, latest_of};
