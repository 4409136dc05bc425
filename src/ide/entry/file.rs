//! Which property file is a model described in, or would be?

use std::path::PathBuf;

use crate::project::{Meaning, Node, Project, Role, Section};

/// The file that describes a model; where none does the one beside it that describes most of its
/// neighbours, or a new one.
pub(super) fn of(project: &Project, node: &Node) -> PathBuf {
    if let Some(patch) = &node.patch {
        return project.path_of(&patch.file);
    }
    let file: &str = &node.origin.file;
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let beside = project.files.iter().filter_map(|(path, facts)| {
        let (own, name) = path.rsplit_once('/').unwrap_or(("", path));
        let is_one = own == folder && Role::of(path, &project.definition).0 == Role::Properties;
        let Meaning::Properties(properties) = &*facts.meaning else {
            return None;
        };
        let is_model = |section: Section| section == Section::Models;
        let entries = properties.entries.iter();
        let models: Vec<&str> = entries
            .filter(|entry| is_model(entry.section))
            .map(|entry| &*entry.name)
            .collect();
        (is_one && !models.is_empty()).then_some((path, name, models))
    });
    let beside: Vec<_> = beside.collect();
    // Where each model has a file of its own, this one gets one too.
    let is_own = |(_, name, models): &&(_, &str, Vec<&str>)| match models.as_slice() {
        [only] => name.contains(only),
        _ => false,
    };
    let shared = beside.iter().filter(|it| !is_own(it));
    if let Some((path, ..)) =
        shared.max_by_key(|(path, _, models)| (models.len(), std::cmp::Reverse(path)))
    {
        return project.path_of(path);
    }
    let prefix = beside.first().map_or(
        "",
        |(_, name, _)| if name.starts_with('_') { "_" } else { "" },
    );
    let ending = beside.first().map_or("yml", |(_, name, _)| {
        if name.to_ascii_lowercase().ends_with(".yaml") {
            "yaml"
        } else {
            "yml"
        }
    });
    let slash = if folder.is_empty() { "" } else { "/" };
    project.path_of(&format!("{folder}{slash}{prefix}{}.{ending}", node.name))
}
