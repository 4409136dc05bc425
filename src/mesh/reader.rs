//! Who reads? From a reference in a file to the resource that it belongs to.

use crate::dbt::{Maybe, ResourceType};
use crate::project::{
    FileFacts, Meaning, Node, NodeId, Owner, Project, PropertyEntry, RefPlace, Reference, Section,
};

/// The resource that a reference belongs to.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    /// It, where it is a resource of the index; exposures and macros are not.
    pub node: Option<(NodeId, &'a Node)>,
    /// The entry of the property file that the reference stands in.
    pub entry: Option<&'a PropertyEntry>,
    project: &'a Project,
    place: RefPlace,
    /// Whether dbt_project.yml leaves the data test on that the reference is an argument of.
    is_test_on: bool,
}

impl<'a> Reader<'a> {
    /// Who the reference at `path` of `project` belongs to.
    #[must_use]
    pub fn of(
        project: &'a Project,
        path: &str,
        facts: &'a FileFacts,
        reference: &Reference,
    ) -> Self {
        let of_file = |block: Option<u32>| {
            let mut made = project.index.of_file(path);
            made.find(|(_, node)| node.origin.block == block)
        };
        let (node, entry) = match (reference.owner, &*facts.meaning) {
            (Owner::File, _) => (of_file(None), None),
            (Owner::Block(block), _) => (of_file(Some(block)), None),
            (Owner::Entry(at), Meaning::Properties(properties)) => {
                let entry = properties.entries.get(at as usize);
                let node = entry.and_then(|entry| described(project, path, at, entry));
                (node, entry)
            }
            (Owner::Entry(_), _) => (None, None),
        };
        let is_on = || project.definition.are_tests_enabled(path) == Maybe::Known(true);
        Self {
            node,
            entry,
            project,
            place: reference.place,
            is_test_on: reference.place != RefPlace::TestArgument || is_on(),
        }
    }

    /// Its group. Things that are no resources have none.
    #[must_use]
    pub fn group(&self) -> Maybe<Option<&'a str>> {
        match (self.node, self.entry) {
            (Some((_, node)), _) => match &node.config.group {
                Maybe::Known(group) => Maybe::Known(group.as_deref()),
                Maybe::Unknown => Maybe::Unknown,
            },
            (None, Some(entry)) if entry.section == Section::SemanticModels => {
                match crate::dbt::get(&entry.config, "group") {
                    Some(value) => value
                        .as_text()
                        .map_or(Maybe::Unknown, |group| Maybe::Known(Some(group))),
                    None => Maybe::Known(None),
                }
            }
            (None, _) => Maybe::Known(None),
        }
    }

    /// Whether dbt reads it at all.
    #[must_use]
    pub fn is_enabled(&self) -> Maybe<bool> {
        if !self.is_test_on {
            return Maybe::Unknown;
        }
        match (self.node, self.entry) {
            (Some((_, node)), _) => node.config.enabled.clone(),
            (None, Some(entry)) => self.is_entry_met(entry),
            (None, None) => Maybe::Known(true),
        }
    }

    /// Whether the entry describes a macro or a singular data test that dbt comes to.
    #[must_use]
    pub fn describes_code(&self) -> bool {
        let index = &self.project.index;
        let Some(entry) = self.entry else {
            return false;
        };
        let name = &*entry.name;
        match entry.section {
            Section::Macros => {
                let of_test = name.strip_prefix("test_");
                let mut macros = index.macros();
                macros.any(|it| *it.name == *name || (it.is_test && of_test == Some(&*it.name)))
            }
            Section::DataTests => {
                let mut tests = index.named(name).filter(|(_, node)| {
                    node.resource_type == ResourceType::Test
                        && node.config.enabled == Maybe::Known(true)
                });
                tests.next().is_some()
            }
            _ => false,
        }
    }

    /// Whether dbt comes to an entry that describes no resource of the project.
    fn is_entry_met(&self, entry: &PropertyEntry) -> Maybe<bool> {
        match entry.section {
            // dbt makes its data tests, and leaves the rest of it aside.
            Section::Models | Section::Seeds | Section::Snapshots | Section::Analyses
                if self.place != RefPlace::TestArgument =>
            {
                Maybe::Known(false)
            }
            Section::UnitTests => match self.is_tested_enabled(entry) {
                Maybe::Known(true) => entry.is_enabled(&self.project.definition),
                off_or_unknown => off_or_unknown,
            },
            _ => entry.is_enabled(&self.project.definition),
        }
    }

    /// Whether the model that a unit test tests is enabled: with it goes the test. One that is not
    /// there is told of elsewhere.
    fn is_tested_enabled(&self, test: &PropertyEntry) -> Maybe<bool> {
        let model = test.model.as_deref().unwrap_or_default();
        // A version may stand behind the name.
        let name = model.split_whitespace().next().unwrap_or_default();
        let are_all = |enabled: Maybe<bool>| {
            let mut named = self.project.index.named(name);
            named.all(|(_, node)| {
                node.resource_type != ResourceType::Model || node.config.enabled == enabled
            })
        };
        match (are_all(Maybe::Known(true)), are_all(Maybe::Known(false))) {
            (true, _) => Maybe::Known(true),
            (false, true) => Maybe::Known(false),
            (false, false) => Maybe::Unknown,
        }
    }
}

/// The resource that an entry of a property file describes.
fn described<'a>(
    project: &'a Project,
    path: &str,
    at: u32,
    entry: &PropertyEntry,
) -> Option<(NodeId, &'a Node)> {
    let fits = |(_, node): &(NodeId, &Node)| {
        node.patch
            .as_ref()
            .is_some_and(|patch| &*patch.file == path && patch.entry == at)
    };
    let found = project.index.find(&entry.name).find(fits);
    found.or_else(|| {
        if entry.versions.is_empty() && entry.section != Section::Analyses {
            None
        } else {
            project.index.named(&entry.name).find(fits)
        }
    })
}
