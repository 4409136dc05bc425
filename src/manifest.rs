//! To come.
/// A published manifest.
pub struct Manifest {}
