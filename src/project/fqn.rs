//! What is the fully qualified name of a resource? Project, folders and name, by which
//! dbt_project.yml configures it (dbt-core `parser/base.py`, `get_fqn`).

use crate::dbt::{Maybe, ResourceType};

use super::{Definition, Meaning, Node, Project, Role, Section};

/// How the names of what the file at `path` makes begin: the project and the folders.
pub(super) fn prefix<'a>(definition: &'a Definition, path: &'a str) -> Vec<&'a str> {
    let (_, below) = Role::of(path, definition);
    let project = definition.name.as_deref().unwrap_or("");
    let folders = below.split('/').take(below.matches('/').count());
    std::iter::once(project).chain(folders).collect()
}

/// The name of a model, seed, snapshot, analysis or test; `version` is its [`version_step`].
pub(super) fn of_node<'a>(
    definition: &'a Definition,
    node: &'a Node,
    version: Option<&'a str>,
) -> Vec<&'a str> {
    let file = &*node.origin.file;
    let mut fqn = prefix(definition, file);
    if node.origin.block.is_some() {
        let name = file.rsplit('/').next().unwrap_or(file);
        fqn.push(name.rsplit_once('.').map_or(name, |(stem, _)| stem));
    }
    fqn.push(&node.name);
    fqn.extend(version);
    fqn
}

/// The last step of the name of a version.
pub(super) fn version_step(node: &Node) -> Option<String> {
    let version = node.version.as_ref()?;
    Some(format!("v{version}"))
}

/// A resource as the paths of dbt_project.yml meet it.
pub struct Qualified<'a> {
    /// Its kind.
    pub resource_type: ResourceType,
    /// Project, folders and name.
    pub fqn: &'a [&'a str],
    /// Whether it may be switched off.
    pub may_be_disabled: bool,
}

impl Project {
    /// Shows the name of each model, seed, snapshot, singular test, analysis, table of a source,
    /// and exposure. No list is made of them: there are many, and who asks wants few.
    pub fn qualified(&self, mut see: impl FnMut(&Qualified<'_>)) {
        let definition = &*self.definition;
        for (_, node) in self.index.nodes() {
            let version = version_step(node);
            see(&Qualified {
                resource_type: node.resource_type,
                fqn: &of_node(definition, node, version.as_deref()),
                may_be_disabled: node.config.enabled != Maybe::Known(true),
            });
        }
        for table in self.index.sources().tables() {
            let mut fqn = prefix(definition, &table.file);
            fqn.extend([&*table.source, &*table.name]);
            see(&Qualified {
                resource_type: ResourceType::Source,
                fqn: &fqn,
                may_be_disabled: table.enabled != Maybe::Known(true),
            });
        }
        for (path, facts) in &self.files {
            let Meaning::Properties(properties) = &*facts.meaning else {
                continue;
            };
            if Role::of(path, definition).0 != Role::Properties {
                continue;
            }
            let entries = properties.entries.iter();
            for entry in entries.filter(|entry| entry.section == Section::Exposures) {
                let mut fqn = prefix(definition, path);
                fqn.push(&entry.name);
                see(&Qualified {
                    resource_type: ResourceType::Exposure,
                    fqn: &fqn,
                    may_be_disabled: true,
                });
            }
        }
    }

    /// Whether it may have more resources than [`Project::qualified`] shows: files with mistakes
    /// for which dbt stops, names that only dbt can work out, files that are not read here.
    #[must_use]
    pub fn may_hide_resources(&self) -> bool {
        let hides = |meaning: &Meaning| match meaning {
            Meaning::Properties(properties) => properties.may_hide_entries,
            Meaning::Code(_)
            | Meaning::Definition(..)
            | Meaning::LoomConfig(_)
            | Meaning::Dependencies(_)
            | Meaning::Other => false,
        };
        let mut files = self.files.iter();
        self.definition.name.is_none()
            || self.index.sources().has_unknown()
            || self.hides_files()
            || files.any(|(path, facts)| {
                let is_refused = facts.refused.is_some() && {
                    let role = Role::of(path, &self.definition).0;
                    facts.refused_as(role, path).is_some()
                };
                is_refused || hides(&facts.meaning)
            })
    }
}
