//! What the rules look at: a file in its project, and its refs with what they mean.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::dbt::{Maybe, ResourceType, Version};
use crate::ide::Place;
use crate::mesh::columns::{self, Study};
use crate::mesh::{
    Linked, Loom, Mesh, PackageAt, Reader, Referrer, Resolution, SourceResolution, Target, resolve,
    resolve_source,
};
use crate::project::{
    DataTest, DataTestSpans, FileFacts, Meaning, Node, Owner, Properties, RefArguments, RefPlace,
    RefSpans, Reference, Role, Section, Suppression,
};
use crate::rules::Severity;
use crate::syntax::jinja::Reach;
use crate::text::Span;
use crate::world::World;

use super::Draft;

/// A file in its project.
pub(crate) struct File<'a> {
    pub world: &'a World,
    pub linked: &'a Arc<Linked>,
    /// Path below the project's root; empty for a loom config that lies elsewhere.
    pub path: String,
    pub facts: Option<&'a FileFacts>,
    pub role: Role,
    /// The loom config that this file is, where the project uses it.
    pub loom: Option<&'a Loom>,
    study: OnceCell<Option<Arc<Study>>>,
    contracts: OnceCell<Vec<Compared<'a>>>,
}

/// A ref or source with what it means.
pub(crate) struct RefSite<'a> {
    pub reference: &'a Reference,
    pub spans: RefSpans,
    pub reader: Reader<'a>,
    /// Of a ref; `None` where its names are not known.
    pub resolution: Option<Resolution<'a>>,
    /// Of a source; `None` where its names are not known.
    pub source: Option<SourceResolution<'a>>,
}

/// A model beside its contract.
pub(crate) struct Compared<'a> {
    pub node: &'a Node,
    /// Where they differ.
    pub with: Arc<columns::Comparison>,
}

impl<'a> File<'a> {
    /// The file at `path`, where it is one of the workspace's.
    pub fn at(world: &'a World, path: &Path) -> Option<Self> {
        let located = world
            .locate(path)
            .filter(|(linked, _)| linked.project.is_in_workspace);
        if let Some((linked, inside)) = located
            && let Some(facts) = linked.project.file(&inside)
        {
            let role = Role::of(&inside, &linked.project.definition).0;
            let loom = linked.loom.as_ref().filter(|loom| loom.path == path);
            return Some(Self {
                world,
                linked,
                path: inside,
                facts: Some(facts),
                role,
                loom,
                study: OnceCell::new(),
                contracts: OnceCell::new(),
            });
        }
        let linked = world.user_of_loom_config(path)?;
        let loom = linked.loom.as_ref();
        Some(Self {
            world,
            linked,
            path: String::new(),
            facts: None,
            role: Role::LoomConfig,
            loom,
            study: OnceCell::new(),
            contracts: OnceCell::new(),
        })
    }

    /// The letter before a place, where the file's text is at hand.
    pub fn letter_before(&self, place: Span) -> Option<char> {
        let path = self.linked.project.path_of(&self.path);
        let (text, _) = self.world.open_file(&path)?;
        text.get(..place.start as usize)?.chars().next_back()
    }

    /// The quote before a place; where the file's text is not at hand, the one that most write.
    pub fn quote_before(&self, place: Span) -> Option<char> {
        let letter = self.letter_before(place).unwrap_or('\'');
        matches!(letter, '\'' | '"').then_some(letter)
    }

    /// What is to be said of the SQL of a file that makes or tests something.
    pub fn study(&self) -> Option<&Study> {
        let is_query = matches!(
            self.role,
            Role::Model | Role::Snapshot | Role::Analysis | Role::SingularTest
        );
        let read = || self.linked.study(self.mesh(), &self.path);
        let study = self.study.get_or_init(|| is_query.then(read).flatten());
        study.as_deref()
    }

    /// The contracted models that this file makes or describes and dbt runs, as far as all columns
    /// of their SQL are known.
    pub fn contracts(&self) -> &[Compared<'a>] {
        self.contracts.get_or_init(|| {
            let is_read = self.properties().is_none_or(|it| !it.may_hide_entries);
            if !is_read || !matches!(self.role, Role::Model | Role::Properties) {
                return Vec::new();
            }
            self.models()
                .filter_map(|node| self.compared(node))
                .collect()
        })
    }

    fn compared(&self, node: &'a Node) -> Option<Compared<'a>> {
        let linked: &'a Linked = self.linked;
        if node.config.enabled != Maybe::Known(true) || !columns::is_held(node) {
            return None;
        }
        let study = linked.study(self.mesh(), &node.origin.file)?;
        let with = Arc::clone(study.contract.as_ref()?);
        Some(Compared { node, with })
    }

    pub fn mesh(&self) -> &'a Mesh {
        self.world.mesh()
    }

    pub fn suppressions(&self) -> &'a [Suppression] {
        self.facts.map_or(&[], |facts| &facts.suppressions)
    }

    /// A span of another file of the same project.
    pub fn place_in(&self, file: &str, span: Span) -> Place {
        Place {
            path: self.linked.project.path_of(file),
            span,
        }
    }

    /// Whether macros may be hidden: packages are not installed, or a file of macros is broken.
    pub fn may_hide_macros(&self) -> bool {
        let project = &self.linked.project;
        let is_broken = |(path, facts): (&Arc<str>, &Arc<FileFacts>)| {
            facts.refused.is_some() && {
                let role = Role::of(path, &project.definition).0;
                let is_read = matches!(role, Role::Macro | Role::GenericTest);
                is_read && facts.refused_as(role, path).is_some()
            }
        };
        !project.has_all_packages() || project.files.iter().any(is_broken)
    }

    /// The models that this file makes, and those that it describes where its YAML can be read.
    pub fn models(&self) -> impl Iterator<Item = &'a crate::project::Node> {
        let is_whole = self.properties().is_none_or(|it| !it.may_hide_entries);
        let index = &self.linked.project.index;
        let described = index.described_in(&self.path).filter(move |_| is_whole);
        let nodes = index.of_file(&self.path).chain(described);
        let nodes = nodes.map(|(_, node)| node);
        nodes.filter(|node| node.resource_type == ResourceType::Model)
    }

    /// The models that this file describes; none where its YAML cannot be read.
    pub fn described_models(&self) -> impl Iterator<Item = &'a crate::project::Node> {
        let is_read = self.properties().is_some_and(|it| !it.may_hide_entries);
        self.models().filter(move |_| is_read)
    }

    /// What the file says where it is a property file.
    pub fn properties(&self) -> Option<&'a Properties> {
        match self
            .facts
            .filter(|_| self.role == Role::Properties)?
            .meaning
            .as_ref()
        {
            Meaning::Properties(properties) => Some(properties),
            Meaning::Code(_)
            | Meaning::Definition(..)
            | Meaning::LoomConfig(_)
            | Meaning::Dependencies(_)
            | Meaning::Other => None,
        }
    }

    /// The generic tests that dbt comes to: those of resources that are there and enabled.
    pub fn data_tests(&self) -> impl Iterator<Item = (&'a DataTest, DataTestSpans)> {
        let facts = self.facts.filter(|_| self.role == Role::Properties);
        let (tests, spans) = match facts.map(|facts| (&*facts.meaning, &facts.spans)) {
            Some((Meaning::Properties(properties), spans)) => (
                properties.data_tests.as_slice(),
                spans.data_tests.as_slice(),
            ),
            _ => (&[][..], &[][..]),
        };
        let is_on = self.are_tests_on();
        let all = tests.iter().zip(spans.iter().copied());
        all.filter(move |(test, _)| is_on && self.is_entry_met(test.entry))
    }

    /// Whether dbt_project.yml leaves the data tests of this file on.
    pub fn are_tests_on(&self) -> bool {
        let definition = &self.linked.project.definition;
        definition.are_tests_enabled(&self.path) == Maybe::Known(true)
    }

    fn is_entry_met(&self, entry: u32) -> bool {
        let Some(Meaning::Properties(properties)) = self.facts.map(|facts| &*facts.meaning) else {
            return false;
        };
        let Some(described) = properties.entries.get(entry as usize) else {
            return false;
        };
        if described.section == Section::Sources {
            let definition = &self.linked.project.definition;
            let is_on = described.is_enabled(definition) == Maybe::Known(true);
            return is_on && described.has_plain_tables();
        }
        let nodes = self.linked.project.index.described_in(&self.path);
        let is_it = |node: &crate::project::Node| {
            node.patch
                .as_ref()
                .is_some_and(|patch| patch.entry == entry)
        };
        let mut nodes = nodes.filter(|(_, node)| is_it(node));
        nodes.any(|(_, node)| node.config.enabled == Maybe::Known(true))
    }

    /// Where the name of a thing is made: for related places.
    pub fn place_of(&self, target: &Target<'_>) -> Option<Place> {
        super::super::places::made_at(self.world, target)
    }

    /// Where the project's manifests are named, for a finding that has its reason there.
    pub fn loom_place(&self, span: Span) -> Option<Place> {
        let path: PathBuf = self.linked.loom.as_ref()?.path.clone();
        Some(Place { path, span })
    }
}

impl RefSite<'_> {
    /// The place that a finding about the model's name belongs to.
    pub fn name_span(&self) -> Span {
        self.spans.name.unwrap_or(self.spans.call)
    }

    /// The place that a finding about the project belongs to.
    pub fn package_span(&self) -> Span {
        self.spans.package.unwrap_or(self.name_span())
    }

    /// The names that the ref gives.
    pub fn names(&self) -> Option<(Option<&str>, &str, Option<&Version>)> {
        match &self.reference.arguments {
            RefArguments::Names {
                package,
                name,
                version,
            } => Some((package.as_deref(), name, version.as_ref())),
            RefArguments::Source { .. }
            | RefArguments::Declared { .. }
            | RefArguments::Dynamic
            | RefArguments::Invalid(_) => None,
        }
    }

    /// The source and the table that it gives.
    pub fn source_names(&self) -> Option<(&str, &str)> {
        match &self.reference.arguments {
            RefArguments::Source { source, table } => Some((source, table)),
            RefArguments::Names { .. }
            | RefArguments::Declared { .. }
            | RefArguments::Dynamic
            | RefArguments::Invalid(_) => None,
        }
    }

    /// Whether dbt judges the ref for certain: it meets it, on behalf of something enabled.
    pub fn is_judged(&self) -> bool {
        let is_met =
            self.reference.reach == Reach::Always && self.reference.place != RefPlace::MacroBody;
        is_met && self.reader.is_enabled() == Maybe::Known(true)
    }

    /// Whether dbt meets the ref for certain when it compiles, and not before.
    pub fn is_compiled(&self) -> bool {
        let is_met =
            self.reference.reach == Reach::AtCompile && self.reference.place == RefPlace::Sql;
        is_met && self.reader.is_enabled() == Maybe::Known(true)
    }

    /// Whether dbt shows the description that a `doc` stands in: it is one of something that is
    /// there and switched on.
    pub fn is_shown(&self) -> bool {
        let Some(entry) = self.reader.entry else {
            return false;
        };
        let is_judged = self.is_judged();
        match entry.section {
            Section::Models | Section::Seeds | Section::Snapshots | Section::Analyses => {
                is_judged && self.reader.node.is_some()
            }
            Section::Macros | Section::DataTests => is_judged && self.reader.describes_code(),
            Section::Sources => {
                let mut tables = entry.source.iter().flat_map(|source| &source.tables);
                is_judged && tables.next().is_some() && entry.has_plain_tables()
            }
            Section::Exposures
            | Section::Metrics
            | Section::SemanticModels
            | Section::SavedQueries => is_judged,
            Section::Groups | Section::UnitTests | Section::Functions => false,
        }
    }

    /// Whether a data test reads: dbt only warns of a target that is missing.
    pub fn is_of_test(&self) -> bool {
        let is_test = |node: &crate::project::Node| node.resource_type == ResourceType::Test;
        self.reference.place == RefPlace::TestArgument
            || self.reader.node.is_some_and(|(_, node)| is_test(node))
    }

    /// How loud a missing target may be, by who reads it.
    pub fn missing(&self, span: Span, message: impl Into<String>) -> Draft {
        let draft = Draft::new(span, message);
        let is_quiet = self.is_of_test() || self.reference.place == RefPlace::UnitTestInput;
        if is_quiet {
            draft.at_most(Severity::Warning)
        } else {
            draft
        }
    }
}

/// The refs and sources of a file, each with what it means. Those of a function that a macro of the
/// project stands in for are left out: nobody can tell what that does. So are those that dbt never
/// renders.
pub(crate) fn ref_sites<'a>(file: &File<'a>) -> Vec<RefSite<'a>> {
    let Some(facts) = file.facts else {
        return Vec::new();
    };
    let index = &file.linked.project.index;
    let reads_none = matches!(
        file.role,
        Role::Packages | Role::Vars | Role::Selectors | Role::Profiles | Role::Other
    );
    if reads_none {
        return Vec::new();
    }
    let references = facts.references().iter();
    // What stands around the blocks of these files dbt never renders.
    let has_only_blocks = matches!(file.role, Role::Macro | Role::GenericTest | Role::Snapshot);
    let is_rendered = |it: &Reference| !has_only_blocks || it.owner != Owner::File;
    references
        .zip(facts.spans.references.iter())
        .filter(|(reference, _)| !index.overrides(reference.function) && is_rendered(reference))
        .map(|(reference, spans)| site(file, facts, reference, spans))
        .collect()
}

fn site<'a>(
    file: &File<'a>,
    facts: &'a FileFacts,
    reference: &'a Reference,
    spans: RefSpans,
) -> RefSite<'a> {
    let reader = Reader::of(&file.linked.project, &file.path, facts, reference);
    let resolution = match &reference.arguments {
        RefArguments::Names {
            package,
            name,
            version,
        } => {
            let referrer = Referrer {
                package: PackageAt::Root,
                group: reader.group(),
            };
            let (package, version) = (package.as_deref(), version.as_ref());
            Some(resolve(
                file.mesh(),
                file.linked,
                &referrer,
                package,
                name,
                version,
            ))
        }
        RefArguments::Source { .. }
        | RefArguments::Declared { .. }
        | RefArguments::Dynamic
        | RefArguments::Invalid(_) => None,
    };
    let source = match &reference.arguments {
        RefArguments::Source { source, table } => {
            Some(resolve_source(file.mesh(), file.linked, source, table))
        }
        RefArguments::Names { .. }
        | RefArguments::Declared { .. }
        | RefArguments::Dynamic
        | RefArguments::Invalid(_) => None,
    };
    RefSite {
        reference,
        spans,
        reader,
        resolution,
        source,
    }
}
