//! The rules, as their users meet them: a mesh in, the same mesh with its findings out.
//!
//! Each rule has a test in which it must stay silent.

mod access;
mod code;
mod column_names;
mod contract_columns;
mod definition;
mod elsewhere;
mod jinja;
mod loom;
mod made_columns;
mod names;
mod profiles;
mod property_files;
mod reach;
mod refs;
mod rendered;
mod selectors;
mod settings;
mod stops;
mod switched_tests;
mod teradata;
mod unit_tests;
mod versions;
mod yaml_jinja;
