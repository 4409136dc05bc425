//! What of the disk matters? Finds projects, reads their files, manifests and settings, and hands
//! them on as values.
//!
//! Beside the server this is the only place that reads files, and it only reads. What a file means
//! is not known here.

mod environment;
mod find;
mod folder;
mod ignored;
mod manifest;
mod paths;
mod profiles;
mod project;
mod settings_file;
mod text;
mod world;

pub use environment::environment;
pub use find::{absolute, find_projects};
pub use manifest::{read_catalog, read_manifest};
pub use profiles::ProfilesFolders;
pub use project::{is_read_by_dbt, read_project, read_project_with};
pub use settings_file::{SETTINGS_FILE, rule, rule_level, settings_file};
pub use text::{read_source, read_text};
pub use world::{Progress, world};

/// The file that makes a folder a dbt project.
pub const PROJECT_FILE: &str = "dbt_project.yml";
