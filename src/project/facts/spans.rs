//! Where the parts of a file stand: the half of its facts that moves with every edit.

use thin_vec::ThinVec;

use super::{Column, ConfigPath, DataTestSpans, Misfit, RefPlaces};
use crate::syntax::yaml;
use crate::text::Span;

/// Where the parts of a file stand. Tables are parallel to those of [`Meaning`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spans {
    /// The first line, for what concerns the file as a whole.
    pub first_line: Span,
    /// Of each ref.
    pub references: RefPlaces,
    /// The names of metrics and measures that a property file declares.
    pub declared: ThinVec<Span>,
    /// Of each `config()` call.
    pub configs: ThinVec<ConfigSpans>,
    /// The name of each block, of each package that is asked for, or of the profile in
    /// dbt_project.yml.
    pub blocks: ThinVec<Span>,
    /// Of each entry.
    pub entries: ThinVec<EntrySpans>,
    /// The name of each group, of each project of dependencies.yml, or in dbt_project.yml.
    pub groups: ThinVec<Span>,
    /// The variables of dbt_project.yml by name.
    pub variables: ThinVec<(Box<str>, Span)>,
    /// Of each of [`Properties::data_tests`].
    pub data_tests: ThinVec<DataTestSpans>,
    /// Of each of [`Properties::fields`](super::Properties::fields).
    pub fields: ThinVec<FieldSpans>,
    /// The first mistake for which PyYAML refuses the file; where there is none, keys that stand
    /// twice.
    pub yaml_errors: ThinVec<yaml::Error>,
    /// The keys and values that dbt does not take.
    pub misfits: ThinVec<Misfit>,
    /// What the configuration trees of dbt_project.yml configure.
    pub config_paths: Box<[ConfigPath]>,
}

/// Where a test of relationships stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldSpans {
    /// Its `field`.
    pub field: Span,
    /// Its `to`.
    pub to: Span,
}

/// Where a ref stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefSpans {
    /// All of it: `ref('a', 'b')`.
    pub call: Span,
    /// The first of two names, without quotes: the project's or the source's.
    pub package: Option<Span>,
    /// The model's or table's name, without quotes.
    pub name: Option<Span>,
    /// The version with its keyword: `v=2`.
    pub version: Option<Span>,
    /// The first keyword that dbt does not know.
    pub unknown_keyword: Option<Span>,
}

impl RefSpans {
    /// The same places for a ref inside a text that stands at `content` of a file and is `length`
    /// bytes long; the whole of it where escapes have moved things.
    #[must_use]
    pub fn inside(self, content: Span, length: usize) -> Self {
        let place = |span: Span| {
            if content.len() == length {
                span.shift(content.start as usize)
            } else {
                content
            }
        };
        Self {
            call: place(self.call),
            package: self.package.map(place),
            name: self.name.map(place),
            version: self.version.map(place),
            unknown_keyword: self.unknown_keyword.map(place),
        }
    }
}

/// Where a `config()` call stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigSpans {
    /// All of it.
    pub call: Span,
    /// Keyword and value of each of [`ConfigCall::values`].
    pub values: ThinVec<Span>,
}

/// Where an entry stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntrySpans {
    /// All of it.
    pub entry: Span,
    /// Its name.
    pub name: Span,
    /// Its columns, or its tables.
    pub columns: ColumnSpans,
    /// Each of [`PropertyEntry::constraints`](super::PropertyEntry::constraints).
    pub constraints: ThinVec<ConstraintSpans>,
    /// The `v` of each version.
    pub versions: ThinVec<Span>,
    /// What stands in each version.
    pub inside_versions: ThinVec<VersionSpans>,
    /// The value of `latest_version`.
    pub latest_version: Option<Span>,
    /// The `deprecation_date`, and that of each version.
    pub deprecations: ThinVec<Option<Span>>,
    /// The value of each key of [`PropertyEntry::config`].
    pub config: ThinVec<Span>,
    /// The value of `model`.
    pub model: Option<Span>,
}

/// Where the columns of an entry or a version stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnSpans {
    /// Their names.
    pub names: ThinVec<Span>,
    /// Where their data types begin, 0 where none is written; empty where none has one.
    types: ThinVec<u32>,
}

impl ColumnSpans {
    /// Names, and the starts of data types.
    pub(super) fn new(names: ThinVec<Span>, types: Vec<Option<u32>>) -> Self {
        let types = if types.iter().all(Option::is_none) {
            ThinVec::new()
        } else {
            types.into_iter().map(Option::unwrap_or_default).collect()
        };
        Self { names, types }
    }

    /// The name of the column at this index.
    #[must_use]
    pub fn name(&self, at: usize) -> Option<Span> {
        self.names.get(at).copied()
    }

    /// The data type of `column`, which is the one at this index.
    #[must_use]
    pub fn data_type(&self, at: usize, column: &Column) -> Option<Span> {
        let start = *self.types.get(at).filter(|start| **start > 0)? as usize;
        Some(Span::new(start, start + column.data_type()?.len()))
    }

    pub(super) fn shrink(&mut self) {
        self.names.shrink_to_fit();
    }
}

/// Where a constraint stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConstraintSpans {
    /// Its type; its first key where it has none.
    pub kind: Span,
    /// Each of its `columns`.
    pub columns: Box<[Span]>,
}

/// Where the parts of a version stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VersionSpans {
    /// Its own columns.
    pub columns: ColumnSpans,
    /// Its own constraints.
    pub constraints: ThinVec<ConstraintSpans>,
    /// Each name of its `exclude`.
    pub exclude: Box<[Span]>,
}
