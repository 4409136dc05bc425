//! Generic tests that a project and its packages define: their names in a list of data tests, and
//! what they are told.

use crate::project::{Macro, Project};
use crate::syntax::yaml::Step;

use super::{KeyOffer, required_or_not};

/// Names of data tests: those of the project itself, and those of packages behind the package's.
pub(super) fn names(project: &Project) -> Vec<KeyOffer<'_>> {
    let own = all(project).map(|it| offer(project, it, name_of(it).to_owned(), "this project"));
    let of_packages = project.packages.iter().flat_map(|package| {
        let label = |it| format!("{}.{}", package.name(), name_of(it));
        all(package).map(move |it| offer(package, it, label(it), "package"))
    });
    own.chain(of_packages).collect()
}

/// What the test is told below whose `arguments` the cursor stands.
pub(super) fn arguments<'p>(project: &'p Project, steps: &[Step<'_>]) -> Vec<KeyOffer<'p>> {
    let [
        ..,
        Step::Key("data_tests" | "tests"),
        Step::Index(_),
        Step::Key(name),
        Step::Key("arguments"),
    ] = steps
    else {
        return Vec::new();
    };
    let (owner, name) = match name.split_once('.') {
        Some((package, name)) => {
            let mut packages = project.packages.iter();
            let found = packages.find(|it| it.name() == package);
            (found.map(|package| &**package), name)
        }
        None => (Some(project), *name),
    };
    let Some(owner) = owner else {
        return Vec::new();
    };
    let Some(test) = all(owner).find(|it| name_of(it) == name) else {
        return Vec::new();
    };
    let told = told(owner, test);
    let keys = told.map(|(name, is_required)| KeyOffer {
        label: name.to_owned(),
        detail: required_or_not(is_required),
        rest: ": ",
        is_required,
        doc: None,
    });
    keys.collect()
}

fn all(project: &Project) -> impl Iterator<Item = &Macro> {
    let macros = project.index.macros();
    macros.filter(|it| it.is_test || it.name.starts_with("test_"))
}

fn name_of(test: &Macro) -> &str {
    test.name.strip_prefix("test_").unwrap_or(&test.name)
}

/// Its parameters but those that dbt fills in, and whether each has to be told.
fn told<'p>(project: &'p Project, test: &Macro) -> impl Iterator<Item = (&'p str, bool)> {
    let parameters = test.parameters(project).iter().map(|written| {
        let (name, default) = written.split_once('=').unwrap_or((written, ""));
        (name.trim(), default.is_empty())
    });
    parameters.filter(|(name, _)| !matches!(*name, "model" | "column_name"))
}

fn offer<'p>(project: &Project, test: &Macro, label: String, detail: &'static str) -> KeyOffer<'p> {
    let entry = test.entry(project);
    let has_to_be_told = told(project, test).any(|(_, is_required)| is_required);
    KeyOffer {
        label,
        detail,
        rest: if has_to_be_told { ":" } else { "" },
        is_required: false,
        doc: entry
            .map(|entry| entry.description.to_string())
            .filter(|text| !text.is_empty()),
    }
}
