//! What does a template do while dbt parses it? Which `ref`, `source` and `config` calls does it
//! make, itself or through macros, and with which values?
//!
//! An evaluator of Jinja with Python's values over our own tree, so that each call is tied to a
//! place in the file. It runs as `dbt parse` does: `execute` is false, and nothing asks a
//! warehouse. What only dbt can tell is `Unknown`, which spreads in silence; a template in which a
//! call hangs on it is *partly understood*. Bounded in steps, depth and memory.

mod call;
mod cross_database;
mod expand;
mod expressions;
mod filters;
mod functions;
mod globals;
mod json;
mod library;
mod machine;
mod members;
mod methods;
mod missing;
mod mistakes;
mod names;
mod operators;
mod record;
mod seen;
mod statements;
#[cfg(test)]
mod tests;
mod tests_of_values;
mod text;
mod value;
mod yaml_value;

use std::collections::BTreeMap;

use crate::dbt::{Config, Value, get};
use crate::syntax::jinja::{CallSite, Reach, Template};
use crate::text::Span;

pub use expand::{Expanded, expand};
pub use library::Library;
use machine::Machine;
pub use names::{GivenName, Insert, inserts, with_inserts};
use seen::Seen;
pub use yaml_value::yaml_value;

/// What a render depends on besides texts.
pub struct Inputs<'i> {
    /// `vars:` of the project's dbt_project.yml.
    pub vars: &'i Config,
    /// What `--vars` gives.
    pub given_vars: &'i Config,
    /// `dispatch:` of dbt_project.yml.
    pub dispatch: &'i [Value],
    /// The environment variables.
    pub environment: &'i BTreeMap<String, String>,
    /// dbt's target.
    pub target: &'i Target,
}

/// dbt's target, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Target {
    /// `target.name`.
    pub name: Option<Box<str>>,
    /// `target.type`.
    pub adapter: Option<Box<str>>,
    /// `target.profile_name`.
    pub profile: Option<Box<str>>,
    /// Its keys in profiles.yml.
    pub fields: Config,
}

impl Target {
    /// A key of the target in profiles.yml, where it is known.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Value> {
        get(&self.fields, name)
    }
}

/// The resource that is rendered.
pub struct Node<'n> {
    /// Its name.
    pub name: &'n str,
    /// The path of its file below the project's root.
    pub path: &'n str,
}

/// What a template does.
#[derive(Debug)]
pub struct Rendered<'t> {
    /// The calls to `ref`, `source` and `config` that it makes, in the order of making.
    pub calls: Vec<Made<'t>>,
    /// What dbt refuses of them.
    pub mistakes: Vec<Mistake>,
    /// The variables that it needs and nothing gives.
    pub missing_vars: Vec<MissingVar>,
    /// What it calls and nobody defines.
    pub missing_macros: Vec<MissingMacro>,
    /// Whether it hands on texts that may hold names.
    pub gives_names: bool,
    /// Whether these are all its calls for certain.
    pub is_understood: bool,
}

/// A call that a template makes.
#[derive(Clone, Debug)]
pub struct Made<'t> {
    /// The call with the values of its arguments. Where a macro makes it, all of it stands at the
    /// file's own call that led there.
    pub site: CallSite<'t>,
    /// Whether it stands in the file itself.
    pub is_direct: bool,
}

/// A variable that is asked for for certain when dbt compiles, and that nothing gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingVar {
    /// Its name, or the whole call that leads to it.
    pub span: Span,
    /// The name.
    pub name: Box<str>,
    /// Whether it stands in the file itself, and not in a macro that the file calls.
    pub is_direct: bool,
}

/// A macro that is called for certain when dbt compiles, and that nobody defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingMacro {
    /// Its name, or the whole call that leads to it.
    pub span: Span,
    /// The package before the dot.
    pub package: Option<Box<str>>,
    /// The name; empty where the package is what nobody knows.
    pub name: Box<str>,
    /// Whether it stands in the file itself, and not in a macro that the file calls.
    pub is_direct: bool,
    /// Whether `adapter.dispatch` looks for it, behind the name of an adapter or `default`.
    pub is_dispatched: bool,
}

/// Something that dbt refuses while it renders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where in the file.
    pub span: Span,
    /// What, on one line.
    pub message: String,
    /// Whether it does so only when it compiles.
    pub is_late: bool,
}

/// Renders a template.
#[must_use]
pub fn render<'t>(
    template: &Template<'t>,
    library: &Library<'t>,
    inputs: &Inputs<'_>,
    node: &Node<'_>,
) -> Rendered<'t> {
    let mut machine = Machine::new(library, inputs, node);
    let is_finished = machine.body(&template.body).is_ok();
    if machine.misses_when_compiled() {
        let mut compiling = Machine::new(library, inputs, node);
        expand::expansion(&mut compiling, "", template);
        machine.keep_missing_of(&compiling);
    }
    let mut seen = Seen::default();
    let mut calls = Vec::with_capacity(machine.calls.len());
    for made in machine.calls {
        if seen.is_new(&calls, &made) {
            calls.push(made);
        }
    }
    let is_certain = |made: &Made<'_>| {
        made.site.reach == Reach::Always || made.site.callee.as_slice() == ["config"]
    };
    Rendered {
        is_understood: machine.is_understood && is_finished && calls.iter().all(is_certain),
        gives_names: !machine.names.given.is_empty(),
        calls,
        mistakes: machine.mistakes,
        missing_vars: machine.missing_vars,
        missing_macros: machine.missing_macros,
    }
}
