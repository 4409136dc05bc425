//! The rules, as their users meet them: a mesh in, the same mesh with its findings out.
//!
//! Each rule has a test in which it must stay silent.

mod access;
mod code;
mod loom;
mod made_columns;
mod names;
mod profiles;
mod refs;
mod rendered;
mod settings;
mod teradata;
mod versions;
