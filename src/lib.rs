//! A language server for dbt mesh: many dbt projects that read each other's public models.
//!
//! The modules below stand in reading order, which is the order of the data's path:
//!
//! ```text
//! bytes -> text -> syntax -> project (facts, index) -+
//! manifest bytes -> manifest -------------------------+-> mesh -> world -> ide -> server, check
//! ```
//!
//! ARCHITECTURE.md has the map and the invariants, GLOSSARY.md the words.

pub(crate) mod pace;
pub mod text;

pub mod dbt;
pub mod syntax;

pub mod manifest;
pub mod mesh;
pub mod picture;
pub mod project;
pub mod render;
pub mod rules;
pub mod settings;
pub mod world;

pub mod ide;
pub mod load;
pub mod origin;

pub mod check;
#[cfg(test)]
pub(crate) mod fixture;
pub mod server;
