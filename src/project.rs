//! What is in ONE dbt project? An immutable value: its files' facts, its configuration, its index.
//!
//! A project knows nothing of other projects. Installed packages are projects of their own, kept
//! inside the one that installed them.

mod calls;
mod columns;
pub mod config;
mod contract;
mod definition;
mod facts;
mod fqn;
mod ignored;
mod index;
mod packages;
mod profiles;
mod rendering;
mod role;
mod target;

pub use crate::render::MissingMacro;
pub use calls::NamedRef;
pub use config::{Configured, Setter, Unmet, Whole};
use config::{Settled, YamlValues};
pub use contract::{PlacedColumn, PlacedConstraint};
pub use definition::{Definition, Paths};
pub use facts::{
    Code, CodeBlock, Column, ColumnSpans, ConfigCall, ConfigPath, ConfigSpans, Constraint,
    ConstraintSpans, DataTest, DataTestSpans, Declared, Dependencies, EntrySpans, FileFacts,
    Function, Group, InvalidRef, Meaning, Misfit, Owner, Properties, PropertyEntry, RefArguments,
    RefPlace, RefPlaces, RefSpans, Reference, Refused, Section, SourceProperties, SourceTable,
    Spans, Suppression, TestFault, TestedColumn, UnitTest, Verdict, VersionEntry, VersionSpans,
    references_in,
};
pub use fqn::Qualified;
pub use ignored::DbtIgnore;
pub use index::{
    Declaration, Declarations, Docs, Duplicate, Index, Macro, Node, NodeId, Origin, Patch, Sources,
    Table,
};
pub use packages::MissingPackages;
pub use profiles::{MissingProfile, ProfileMisfit};
pub use rendering::{Asked, Renders};
pub use role::Role;

use std::ops::Bound::{Included, Unbounded};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::dbt::{Config, Maybe, Value, get};

/// The files of a project by path below its root, with `/`. An edit shares all but one path of
/// the tree with the map before.
pub type Files = rpds::RedBlackTreeMapSync<Arc<str>, Arc<FileFacts>>;

/// One dbt project.
#[derive(Clone, Debug)]
pub struct Project {
    /// Absolute path of the folder that holds its dbt_project.yml.
    pub root: PathBuf,
    /// Its dbt_project.yml.
    pub definition: Arc<Definition>,
    /// Its files by path below the root, with `/`.
    pub files: Files,
    /// Its installed packages.
    pub packages: Vec<Arc<Project>>,
    /// Its resources.
    pub index: Arc<Index>,
    /// The dbt_project.yml of the project that installed it.
    root_definition: Option<Arc<Definition>>,
    /// What Jinja in the values of its YAML files makes, as far as it was rendered.
    yaml_values: Arc<YamlValues>,
    /// Whether it is part of the workspace. Other projects on this disk are read for places to
    /// jump to, and not checked.
    pub is_in_workspace: bool,
    /// The profiles.yml that dbt reads for it.
    pub profiles: Option<Arc<str>>,
    /// What of its folders it leaves out.
    pub ignored: Arc<DbtIgnore>,
    /// See [`Project::refs_named`]; shared by all copies with the same refs.
    calls: Arc<OnceLock<calls::Calls>>,
}

impl Project {
    /// A project from its files; `root_definition` is the dbt_project.yml of the project that
    /// installed it, where it is a package.
    #[must_use]
    pub fn new(
        root: PathBuf,
        files: Files,
        packages: Vec<Arc<Project>>,
        root_definition: Option<Arc<Definition>>,
    ) -> Self {
        Self::unindexed(root, files, packages, root_definition).indexed()
    }

    /// The same, without its index.
    #[must_use]
    pub fn unindexed(
        root: PathBuf,
        files: Files,
        packages: Vec<Arc<Project>>,
        root_definition: Option<Arc<Definition>>,
    ) -> Self {
        Self {
            root,
            definition: Self::definition_of(&files),
            files,
            packages,
            index: Arc::default(),
            root_definition,
            yaml_values: Arc::default(),
            is_in_workspace: true,
            profiles: None,
            ignored: Arc::default(),
            calls: Arc::default(),
        }
    }

    fn settled(&self) -> Settled<'_> {
        Settled {
            definition: &self.definition,
            root: self.root_definition.as_deref(),
            values: &self.yaml_values,
        }
    }

    /// The dbt_project.yml among the files of a project.
    #[must_use]
    pub fn definition_of(files: &Files) -> Arc<Definition> {
        match files.get(Definition::FILE_NAME).map(|file| &*file.meaning) {
            Some(Meaning::Definition(definition, _)) => Arc::clone(definition),
            Some(
                Meaning::Code(_)
                | Meaning::Properties(_)
                | Meaning::LoomConfig(_)
                | Meaning::Dependencies(_)
                | Meaning::Other,
            )
            | None => Arc::default(),
        }
    }

    /// Its variables: of vars.yml, where it gives some, else of dbt_project.yml. Packages have no
    /// vars.yml.
    #[must_use]
    pub fn vars(&self) -> Option<&Config> {
        let vars = |definition: &'_ Arc<Definition>| match get(&definition.keys, "vars") {
            Some(Value::Map(vars)) => !vars.is_empty(),
            Some(_) | None => false,
        };
        let file = self.files.get(Definition::VARS_FILE);
        let file = file.filter(|_| self.root_definition.is_none());
        let file = file.and_then(|file| match &*file.meaning {
            Meaning::Definition(definition, _) => Some(definition),
            Meaning::Code(_)
            | Meaning::Properties(_)
            | Meaning::LoomConfig(_)
            | Meaning::Dependencies(_)
            | Meaning::Other => None,
        });
        let definition = file.filter(|it| vars(it)).unwrap_or(&self.definition);
        match get(&definition.keys, "vars") {
            Some(Value::Map(vars)) => Some(vars),
            Some(_) | None => None,
        }
    }

    /// The project's name; the folder's where dbt_project.yml gives none.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.definition.name {
            Some(name) => name,
            None => self
                .root
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or(""),
        }
    }

    /// The value of a configuration key of one of its resources and who set it. `None` where
    /// nobody does.
    #[must_use]
    pub fn configured(&self, node: &Node, key: &str) -> Option<(Maybe<Value>, Setter)> {
        self.settled()
            .of(&self.files, node, |sources| sources.value(key))
    }

    /// All of the configuration of one of its models. It is worked out when somebody asks:
    /// nothing is kept of it.
    #[must_use]
    pub fn configuration(&self, node: &Node, asked: &Asked<'_>) -> Whole {
        let adapter = self.adapter(asked);
        self.settled().of(&self.files, node, |sources| {
            sources.whole(adapter.as_deref())
        })
    }

    /// Whether SQL may be rendered with `node` that stands elsewhere than in its file: hooks.
    #[must_use]
    pub fn may_have_hooks(&self, node: &Node) -> bool {
        self.settled().of(&self.files, node, config::may_have_hooks)
    }

    /// What a snapshot or a microbatch model lacks, or has and may not have: dbt stops for it.
    #[must_use]
    pub fn unmet(&self, node: &Node) -> Option<Unmet> {
        // Who brings a strategy of one's own decides what it needs.
        let mut macros = std::iter::once(self)
            .chain(self.packages.iter().map(|it| &**it))
            .flat_map(|it| it.index.macros());
        let is_own = macros.any(|it| it.name.ends_with("get_incremental_microbatch_sql"));
        self.settled()
            .of(&self.files, node, |sources| sources.unmet(is_own))
    }

    /// Whether dbt checks the keys of its files, as it does for some adapters: it warns of those
    /// that it does not know.
    #[must_use]
    pub fn checks_keys(&self, asked: &Asked<'_>) -> bool {
        let adapter = target::of(self, asked).adapter;
        let checked = ["bigquery", "databricks", "redshift", "snowflake"];
        adapter.is_some_and(|adapter| checked.contains(&&*adapter))
    }

    /// The absolute path of one of its files.
    #[must_use]
    pub fn path_of(&self, file: &str) -> PathBuf {
        self.root.join(Path::new(file))
    }

    /// The facts of one of its files.
    #[must_use]
    pub fn file(&self, file: &str) -> Option<&FileFacts> {
        self.files.get(file).map(|facts| &**facts)
    }

    /// The paths of its files below a folder, which is named like them.
    pub fn files_below<'p>(&'p self, folder: &str) -> impl Iterator<Item = &'p Arc<str>> + use<'p> {
        let start: Arc<str> = format!("{folder}/").into();
        let behind = (Included(Arc::clone(&start)), Unbounded);
        let behind = self.files.range::<Arc<str>, _>(behind);
        let paths = behind.map(|(path, _)| path);
        paths.take_while(move |path| path.starts_with(&*start))
    }

    /// The same project with this text of one file, or without the file (`None`), and how far that
    /// reaches. `None` where the file is known to have that text, or not to be there.
    #[must_use]
    pub fn with_text(&self, file: &str, text: Option<&Arc<str>>) -> Option<(Self, Reach)> {
        self.with_texts(std::iter::once((file, text)))
    }

    /// The same of several files at once: the index is made anew once for all.
    #[must_use]
    pub fn with_texts<'t>(
        &self,
        texts: impl IntoIterator<Item = (&'t str, Option<&'t Arc<str>>)>,
    ) -> Option<(Self, Reach)> {
        let mut changed: Option<(Self, Reach)> = None;
        for (file, text) in texts {
            let so_far = changed.as_ref().map_or(self, |(next, _)| next);
            let facts = text.map(|text| so_far.other_facts(file, text));
            let facts = match facts {
                Some(Some(facts)) => Some(facts),
                None if so_far.files.contains_key(file) => None,
                Some(None) | None => continue,
            };
            let (next, reach) = changed.get_or_insert_with(|| (self.clone(), Reach::Places));
            *reach = (*reach).max(next.put_file(file, facts));
        }
        changed.map(|(next, reach)| (next.settled_after(reach), reach))
    }

    /// The facts of a text of one of its files, where it is not known that they are the same.
    fn other_facts(&self, file: &str, text: &Arc<str>) -> Option<FileFacts> {
        let known = self.files.get(file);
        if known.is_some_and(|facts| facts.is_of(text)) {
            return None;
        }
        let facts = FileFacts::read_shared(file, text);
        let is_seed = || Role::of(file, &self.definition).0 == Role::Seed;
        // Of most kinds of files the text is not kept.
        let is_same = known.is_some_and(|known| facts.are_as(known, is_seed()));
        (!is_same).then_some(facts)
    }

    /// The same project with another content of one file, or without it (`None`), and how far
    /// that reaches. The index is made anew only where it would differ.
    #[must_use]
    pub fn with_file(&self, file: &str, facts: Option<FileFacts>) -> (Self, Reach) {
        let mut next = self.clone();
        let reach = next.put_file(file, facts);
        (next.settled_after(reach), reach)
    }

    fn put_file(&mut self, file: &str, mut facts: Option<FileFacts>) -> Reach {
        let known = self.files.get(file);
        if let (Some(new), Some(old)) = (&mut facts, known) {
            new.keep_configs_of(old);
        }
        let reach = match (&facts, known) {
            (Some(new), Some(old)) if new.meaning == old.meaning => Reach::Places,
            (Some(new), Some(old)) if new.meaning.indexes_like(&old.meaning) => Reach::Refs,
            (None, None) => Reach::Places,
            (Some(_), Some(_) | None) | (None, Some(_)) => Reach::Index,
        };
        match facts {
            Some(facts) => self.files.insert_mut(file.into(), Arc::new(facts)),
            None => {
                self.files.remove_mut(file);
            }
        }
        reach
    }

    /// The project when files were put into it.
    fn settled_after(mut self, reach: Reach) -> Self {
        match reach {
            Reach::Places => self,
            Reach::Refs => {
                self.calls = Arc::default();
                self
            }
            Reach::Index => self.indexed(),
        }
    }

    /// The same files with their index made anew, and that of packages that have another root.
    fn indexed(mut self) -> Self {
        self.definition = Self::definition_of(&self.files);
        self.calls = Arc::default();
        self.index = Arc::new(Index::new(&self.settled(), &self.files));
        for package in &mut self.packages {
            if package.root_definition.as_ref() != Some(&self.definition) {
                let root_definition = Some(Arc::clone(&self.definition));
                *package = Arc::new(
                    Self {
                        root_definition,
                        ..Self::clone(package)
                    }
                    .indexed(),
                );
            }
        }
        self
    }
}

/// How far the change of a file reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// Things stand elsewhere in the file, and mean the same.
    Places,
    /// The file reads something else.
    Refs,
    /// The project has other resources.
    Index,
}
