//! The types of facts: meanings. The spans beside them are in `spans`.

use std::sync::Arc;

use arcstr::ArcStr;
use thin_vec::ThinVec;

use crate::dbt::{Config, Value, Version};
use crate::project::Definition;
use crate::syntax::jinja::Reach;

use super::{Column, Constraint, DataTest, TestedColumn, UnitTest};

/// What a file means.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// SQL or Python: a model, a test, macros, …; the file's path says which.
    Code(Code),
    /// A property file.
    Properties(Properties),
    /// dbt_project.yml, and the refs of its `on-run-start` and `on-run-end`.
    Definition(Arc<Definition>, Vec<Reference>),
    /// A loom config: its text, for what it means depends on the environment.
    LoomConfig(Arc<str>),
    /// dependencies.yml, packages.yml or package-lock.yml.
    Dependencies(Dependencies),
    /// A file that only its name matters of.
    Other,
}

impl Meaning {
    /// Whether a project's index is the same with either: refs play no part in it.
    #[must_use]
    pub fn indexes_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Code(a), Self::Code(b)) => a.configs == b.configs && a.blocks == b.blocks,
            (Self::Properties(a), Self::Properties(b)) => {
                a.entries == b.entries
                    && a.groups == b.groups
                    && a.declared == b.declared
                    && a.may_hide_entries == b.may_hide_entries
            }
            (Self::Definition(a, _), Self::Definition(b, _)) => a == b,
            (a, b) => a == b,
        }
    }
}

/// What a project asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dependencies {
    /// The names under `projects`.
    pub projects: Vec<Box<str>>,
    /// The names or places under `packages`, empty where one has none; `None` without the key.
    pub packages: Option<Vec<Box<str>>>,
}

/// What a SQL or Python file means.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Code {
    /// Its refs in file order.
    pub references: ThinVec<Reference>,
    /// Its `config()` calls in file order.
    pub configs: ThinVec<ConfigCall>,
    /// The blocks that it defines: macros, snapshots, tests.
    pub blocks: ThinVec<CodeBlock>,
}

/// A `{% macro %}`, `{% snapshot %}`, … block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeBlock {
    /// Which tag.
    pub kind: crate::syntax::jinja::BlockKind,
    /// Its name.
    pub name: Box<str>,
    /// What a macro or test takes, each parameter as written: `quote=true`.
    pub parameters: Box<[Box<str>]>,
}

/// A `config()` call.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigCall {
    /// The keys and values that are known; a value that is not is [`Value::Unknown`].
    pub values: Config,
    /// Whether there may be more keys than these, as in `config(**settings)`.
    pub has_unknown_keys: bool,
    /// Whether dbt meets it.
    pub reach: Reach,
    /// The block that it stands in, as an index into [`Code::blocks`].
    pub block: Option<u32>,
}

/// What a property file means.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Properties {
    /// Its entries in file order.
    pub entries: ThinVec<PropertyEntry>,
    /// The groups that it declares.
    pub groups: ThinVec<Group>,
    /// Its refs in file order.
    pub references: ThinVec<Reference>,
    /// Whether a mistake in its YAML may hide things that it declares.
    pub may_hide_entries: bool,
    /// Its generic tests, but for those of dbt's own that are written as they should be.
    pub data_tests: ThinVec<DataTest>,
    /// The columns that have data tests.
    pub tested: ThinVec<TestedColumn>,
    /// The metrics and measures that it declares.
    pub declared: ThinVec<Declared>,
    /// The `field` of each test of relationships, with the entry that it stands in.
    pub fields: ThinVec<(u32, Box<str>)>,
    /// Its unit tests.
    pub unit_tests: ThinVec<UnitTest>,
}

/// A metric or measure that a property file declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// [`Function::Metric`] or [`Function::Measure`].
    pub function: Function,
    /// Its name.
    pub name: Box<str>,
    /// The entry that it is, or stands in.
    pub entry: u32,
}

/// A section of a property file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are dbt's own keys")]
pub enum Section {
    Models,
    Seeds,
    Snapshots,
    Analyses,
    Sources,
    Exposures,
    Groups,
    Macros,
    Metrics,
    SemanticModels,
    SavedQueries,
    UnitTests,
    Functions,
    DataTests,
}

/// An entry of a property file.
#[derive(Clone, Debug, PartialEq)]
pub struct PropertyEntry {
    /// The section that it stands in.
    pub section: Section,
    /// Its name; empty where it has none.
    pub name: Box<str>,
    /// Its description as written.
    pub description: Box<str>,
    /// Its `config:`, and the keys that dbt moves there from the top (`access`, `group`, …).
    pub config: Config,
    /// Its columns; the tables of a source.
    pub columns: ThinVec<Column>,
    /// Its constraints, and those of its columns.
    pub constraints: ThinVec<Constraint>,
    /// `versions`.
    pub versions: ThinVec<VersionEntry>,
    /// `latest_version`.
    pub latest_version: Option<Value>,
    /// `deprecation_date` as written.
    pub deprecation_date: Option<Box<str>>,
    /// A unit test's `model`.
    pub model: Option<Box<str>>,
    /// Whether a YAML snapshot names its `relation`: then the entry makes the snapshot.
    pub has_relation: bool,
    /// What only sources have.
    pub source: Option<Box<SourceProperties>>,
}

/// What an entry says of a source besides its name, description and configuration. The names of
/// its tables are the entry's columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceProperties {
    /// `database` as written.
    pub database: Option<Box<str>>,
    /// `schema` as written.
    pub schema: Option<Box<str>>,
    /// `loader`.
    pub loader: Option<Box<str>>,
    /// The package whose source this entry changes; then it declares none.
    pub overrides: Option<Box<str>>,
    /// The tables, parallel to the entry's columns.
    pub tables: ThinVec<SourceTable>,
}

/// What an entry says of one table of a source besides its name and description.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceTable {
    /// `identifier` as written.
    pub identifier: Option<Box<str>>,
    /// Its `config:`.
    pub config: Config,
    /// Its columns.
    pub columns: ThinVec<Column>,
}

/// One of `versions`.
#[derive(Clone, Debug, PartialEq)]
pub struct VersionEntry {
    /// `v`; `None` where it is missing or cannot be told.
    pub version: Option<Version>,
    /// Whether that is a text, as `'2'`, and no number.
    pub is_text: bool,
    /// `defined_in`.
    pub defined_in: Option<Box<str>>,
    /// Its `config:`.
    pub config: Config,
    /// Its description as written.
    pub description: Box<str>,
    /// Its own `deprecation_date`.
    pub deprecation_date: Option<Box<str>>,
    /// The names of `include`, `None` for all.
    pub include: Option<ThinVec<Box<str>>>,
    /// The names of `exclude`.
    pub exclude: ThinVec<Box<str>>,
    /// Its own columns.
    pub columns: ThinVec<Column>,
    /// Its own constraints, and those of its own columns.
    pub constraints: ThinVec<Constraint>,
}

/// A declared group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: Box<str>,
    /// The owner's name.
    pub owner_name: Option<Box<str>>,
    /// The owner's e-mail address.
    pub owner_email: Option<Box<str>>,
    /// Its description.
    pub description: Box<str>,
}

/// A `ref`, `source` or `doc` somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Which function of dbt's it calls.
    pub function: Function,
    /// Where it stands.
    pub place: RefPlace,
    /// Whose it is.
    pub owner: Owner,
    /// What it names.
    pub arguments: RefArguments,
    /// Keywords that dbt does not know and passes over in silence.
    pub unknown_keywords: ThinVec<Box<str>>,
    /// Whether dbt meets it.
    pub reach: Reach,
}

impl Reference {
    /// Whether dbt has an edge for it: from what it names to the node that it stands in.
    #[must_use]
    pub fn is_edge(&self) -> bool {
        let is_of_node = match self.place {
            RefPlace::Sql
            | RefPlace::Python
            | RefPlace::ForeignKey
            | RefPlace::SnapshotRelation
            | RefPlace::Hook => true,
            RefPlace::MacroBody
            | RefPlace::TestArgument
            | RefPlace::Exposure
            | RefPlace::SemanticModel
            | RefPlace::UnitTestInput
            | RefPlace::Semantics
            | RefPlace::Description => false,
        };
        is_of_node && self.reach == Reach::Always
    }
}

/// The functions by which one thing reads another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are dbt's own")]
pub enum Function {
    Ref,
    Source,
    Doc,
    Metric,
    /// No function of dbt's: metrics name measures.
    Measure,
    Function,
}

impl Function {
    /// dbt's name of it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ref => "ref",
            Self::Source => "source",
            Self::Doc => "doc",
            Self::Metric => "metric",
            Self::Measure => "measure",
            Self::Function => "function",
        }
    }
}

/// The kinds of places that a ref can stand in; dbt judges them differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefPlace {
    /// In SQL, also in a hook in `config()`.
    Sql,
    /// In a Python model.
    Python,
    /// In the body of a macro, generic test or materialization, which runs when something calls it.
    MacroBody,
    /// An argument of a data test.
    TestArgument,
    /// An exposure's `depends_on`.
    Exposure,
    /// A constraint's `to`.
    ForeignKey,
    /// A YAML snapshot's `relation`.
    SnapshotRelation,
    /// A semantic model's `model`.
    SemanticModel,
    /// A unit test's `given[].input`.
    UnitTestInput,
    /// A hook in YAML.
    Hook,
    /// A plain name in a metric or saved query.
    Semantics,
    /// A description in YAML, which alone knows `doc`.
    Description,
}

impl RefPlace {
    /// Whether dbt reads one plain call with literal arguments here, and nothing else.
    #[must_use]
    pub fn is_plain(self) -> bool {
        match self {
            Self::ForeignKey | Self::SnapshotRelation | Self::UnitTestInput => true,
            Self::Sql
            | Self::Python
            | Self::MacroBody
            | Self::TestArgument
            | Self::Exposure
            | Self::SemanticModel
            | Self::Hook
            | Self::Semantics
            | Self::Description => false,
        }
    }
}

/// Whose a ref is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// What the file is.
    File,
    /// A block of the file, by index.
    Block(u32),
    /// An entry of the property file, by index.
    Entry(u32),
}

/// What a ref, source or doc names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefArguments {
    /// A docs block, a metric, a measure or a function of the warehouse.
    Declared {
        /// The package, where two names are given.
        package: Option<ArcStr>,
        /// Its name.
        name: ArcStr,
    },
    /// A table of a source.
    Source {
        /// The source.
        source: ArcStr,
        /// The table.
        table: ArcStr,
    },
    /// The names of a ref, which are known.
    Names {
        /// The project or package, where two names are given.
        package: Option<ArcStr>,
        /// The model.
        name: ArcStr,
        /// The version, where one is asked for.
        version: Option<Version>,
    },
    /// Something that only dbt can work out.
    Dynamic,
    /// Something that dbt refuses.
    Invalid(InvalidRef),
}

/// Why dbt refuses the arguments of a ref (dbt-core `context/providers.py`, `jinja_static.py`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvalidRef {
    /// Not as many names as the function takes but this many.
    Count(u32),
    /// A keyword, where the function takes none.
    Keyword(Box<str>),
    /// Another function than the one that dbt knows in this place.
    NotKnownHere,
    /// A name that is no text but of this type.
    NotText {
        /// Which argument: `name`, `package`, `version`, `source` or `table`.
        argument: &'static str,
        /// What it is instead.
        found: &'static str,
    },
    /// Jinja that dbt cannot read, or names that it does not know there: why.
    Jinja(Box<str>),
    /// A word without quotes that stands for nothing.
    Undefined {
        /// Which argument, as in [`InvalidRef::NotText`].
        argument: &'static str,
        /// The word.
        word: Box<str>,
    },
    /// Braces where dbt adds them itself.
    Braces,
    /// Something other than one plain call with literal arguments, where dbt reads only that.
    NotPlain,
}
