//! Unit tests that do not fit their model: its versions, and that it is incremental (dbt-core
//! `parser/unit_tests.py`, `process_models_for_unit_test`).

use crate::dbt::{Maybe, ResourceType, Version};
use crate::ide::diagnostics::{Draft, File};
use crate::project::{FileFacts, Node, UnitTest};
use crate::syntax::jinja::{self, Reach};

/// The unit tests of a property file.
pub(super) fn check(file: &File<'_>) -> Vec<Draft> {
    let Some(properties) = file.properties().filter(|it| !it.may_hide_entries) else {
        return Vec::new();
    };
    let project = &file.linked.project;
    if project.hides_files() {
        return Vec::new();
    }
    let told = properties.unit_tests.iter().filter_map(|test| {
        let entry = properties.entries.get(test.entry as usize)?;
        let is_on = entry.is_enabled(&project.definition) == Maybe::Known(true);
        let model = entry.model.as_deref().filter(|_| is_on)?;
        let named = project.index.named(model).map(|(_, node)| node);
        let nodes: Vec<&Node> = named
            .filter(|node| node.resource_type == ResourceType::Model)
            .collect();
        let are_on = nodes
            .iter()
            .all(|node| node.config.enabled == Maybe::Known(true));
        if !are_on {
            return None;
        }
        let message = versions(test, model, &nodes)
            .or_else(|| increments(file, test, &nodes))
            .or_else(|| no_seed(file, test))?;
        let spans = file.facts?.spans.entries.get(test.entry as usize)?;
        Some(Draft::new(spans.name, message))
    });
    told.collect()
}

/// An input without rows reads a seed, and dbt takes the rows of its file.
fn no_seed(file: &File<'_>, test: &UnitTest) -> Option<String> {
    let index = &file.linked.project.index;
    let mut seeds = test.seeds.iter();
    let other = seeds.find(|name| {
        let mut named = index.named(name);
        named.all(|(_, node)| node.resource_type != ResourceType::Seed)
    })?;
    Some(format!(
        "`{other}` is no seed of this project, so that its rows are missing"
    ))
}

fn versions(test: &UnitTest, model: &str, nodes: &[&Node]) -> Option<String> {
    let first = nodes.first()?;
    if test.include.is_empty() && test.exclude.is_empty() {
        return None;
    }
    if first.version.is_none() {
        return Some(format!("`{model}` has no versions to choose from"));
    }
    // With both dbt does not come here.
    let is_chosen = |node: &&Node| {
        let version = node.version.as_ref().map(Version::as_str);
        let is_among = |list: &[Box<str>]| list.iter().any(|it| Some(&**it) == version);
        if test.exclude.is_empty() {
            is_among(&test.include)
        } else {
            !is_among(&test.exclude)
        }
    };
    let is_any = nodes.iter().any(is_chosen);
    (!is_any).then(|| format!("the test is for no version that `{model}` has"))
}

fn increments(file: &File<'_>, test: &UnitTest, nodes: &[&Node]) -> Option<String> {
    let model = nodes.iter().find(|node| node.is_latest())?;
    let given = *test.is_incremental.known()?;
    if given == Some(false) || (given == Some(true) && test.has_this) {
        return None;
    }
    let mut projects = file.linked.local_projects();
    let is_own = projects.any(|project| {
        let mut macros = project.index.macros();
        macros.any(|it| &*it.name == "is_incremental")
    });
    let facts = file.linked.project.file(&model.origin.file)?;
    if is_own || model.is_python() || !asks(facts) {
        return None;
    }
    Some(match given {
        Some(_) => "with `is_incremental: true` the test needs an input `this`".to_owned(),
        None => format!(
            "`{}` asks `is_incremental()`: below `overrides` and `macros` the test has to say what it gives, \
             true or false",
            model.name
        ),
    })
}

/// Whether dbt comes to a call of `is_incremental` while it parses the model.
fn asks(facts: &FileFacts) -> bool {
    let Some(text) = facts.kept_text() else {
        return false;
    };
    if !text.contains("is_incremental") {
        return false;
    }
    let template = jinja::parse(&text);
    let calls = jinja::calls(&template);
    calls.iter().any(|call| {
        call.reach == Reach::Always && call.block.is_none() && call.callee == ["is_incremental"]
    })
}
