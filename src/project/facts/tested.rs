//! What a property file says of data tests and unit tests.

use crate::dbt::Maybe;
use crate::text::Span;

/// What an entry says of a unit test besides its name, model and configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitTest {
    /// The entry.
    pub entry: u32,
    /// What it lets `is_incremental` give.
    pub is_incremental: Maybe<Option<bool>>,
    /// Whether `this` is among its inputs.
    pub has_this: bool,
    /// What its inputs without rows read by `ref`: seeds, whose files have the rows.
    pub seeds: Box<[Box<str>]>,
    /// The versions that it is for, where it says them.
    pub include: Box<[Box<str>]>,
    /// The versions that it is not for.
    pub exclude: Box<[Box<str>]>,
}

/// A column that has data tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TestedColumn {
    /// The entry that it stands in.
    pub entry: u32,
    /// The version in it, where it is one of a version's own.
    pub version: Option<u32>,
    /// Which of the columns.
    pub at: u32,
}

/// A generic test of a property file, as far as there is something to know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataTest {
    /// The package before the dot.
    pub package: Option<Box<str>>,
    /// Its name; empty where there is none.
    pub name: Box<str>,
    /// The entry that it stands in.
    pub entry: u32,
    /// What it is given: the names of the arguments, a comma behind each.
    pub given: Box<str>,
    /// What dbt says of how it is written.
    pub fault: Option<TestFault>,
}

/// What dbt says of how a test is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TestFault {
    /// This argument stands beside `arguments`, and there are none below it.
    Flat(Box<str>),
    /// One of dbt's own tests is given this argument, which it does not have.
    Extra(Box<str>),
    /// One of dbt's own tests is not given this argument, without which it is no SQL.
    Missing(Box<str>),
    /// What stands behind its name is no mapping.
    NoMapping,
    /// Its name is no name.
    Name,
    /// It is given the argument `model`.
    Model,
    /// The same test stands before it.
    Twice,
    /// It has this name of its own, with a space in it.
    Spaced(Box<str>),
}

/// Where a generic test stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DataTestSpans {
    /// Its name, with its package.
    pub name: Span,
    /// What is wrong with it.
    pub fault: Span,
}
