//! What does one file say that matters to dbt?
//!
//! Facts come in two halves. The [`Meaning`] holds names, arguments and values, no offsets, and
//! compares with `==`: an edit that leaves it equal changes nothing for anybody else. The
//! [`Spans`] are parallel tables that say where in the file each of them stands.

mod code;
mod column;
mod properties;
mod reference;
mod suppression;
mod types;
mod yaml_errors;

use std::sync::Arc;

use crate::syntax::jinja::SyntaxError;
use crate::syntax::yaml;
use crate::text::Span;

pub use column::Column;
use column::ColumnTexts;
pub use properties::value_of;
pub use suppression::Suppression;
pub use types::{
    Code, CodeBlock, ConfigCall, ConfigSpans, EntrySpans, Group, InvalidRef, Meaning, Owner,
    Properties, PropertyEntry, RefArguments, RefPlace, RefSpans, Reference, Section, Spans,
    VersionEntry,
};

use super::Definition;

/// What one file says, without its text.
#[derive(Clone, Debug)]
pub struct FileFacts {
    /// What it means.
    pub meaning: Arc<Meaning>,
    /// Where in the file that stands.
    pub spans: Arc<Spans>,
    /// The comments that switch rules off.
    pub suppressions: Arc<[Suppression]>,
    /// [`crate::manifest::raw_code_hash`] of the text without blanks at its ends: dbt keeps that
    /// as `raw_code`.
    pub text_hash: u64,
    /// The first mistake in its Jinja, at which dbt stops.
    pub jinja_error: Option<Arc<SyntaxError>>,
}

impl FileFacts {
    /// Reads the facts of the file at `path` (below its project's root, with `/`).
    #[must_use]
    pub fn read(path: &str, text: &str) -> Self {
        let mut jinja_error = None;
        let (meaning, mut spans) = read_meaning(path, text, &mut jinja_error);
        spans.first_line = Span::new(0, text.find(['\n', '\r']).unwrap_or(text.len()));
        Self {
            meaning: Arc::new(meaning),
            spans: Arc::new(spans),
            suppressions: suppression::find(text).into(),
            text_hash: crate::manifest::raw_code_hash(text.trim()),
            jinja_error: jinja_error.map(Arc::new),
        }
    }

    /// Lets files that were just read keep each text of their columns once for all of them.
    pub fn share_texts<'a>(files: impl Iterator<Item = &'a mut Self>) {
        let mut texts = ColumnTexts::default();
        for file in files {
            if let Some(Meaning::Properties(properties)) = Arc::get_mut(&mut file.meaning) {
                for entry in &mut properties.entries {
                    let versions = entry
                        .versions
                        .iter_mut()
                        .flat_map(|version| &mut version.columns);
                    for column in entry.columns.iter_mut().chain(versions) {
                        column.share(&mut texts);
                    }
                }
            }
        }
    }
}

fn read_meaning(path: &str, text: &str, jinja_error: &mut Option<SyntaxError>) -> (Meaning, Spans) {
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    if path == Definition::FILE_NAME {
        let (references, mut spans) = properties::read_operations(text);
        spans.groups.extend(Definition::name_span(text));
        spans.yaml_errors = yaml_errors::told(text, yaml::parse(text).errors);
        let definition = Arc::new(Definition::read(text));
        return (Meaning::Definition(definition, references), spans);
    }
    if matches!(path, "dependencies.yml") {
        return properties::read_dependencies(text);
    }
    if name.starts_with("dbt_loom.config.y") || name.starts_with("dbt-loom.config.y") {
        return (Meaning::LoomConfig(text.into()), Spans::default());
    }
    match extension.to_ascii_lowercase().as_str() {
        "sql" => code::read_sql(text, jinja_error),
        "py" => code::read_python(text),
        "yml" | "yaml" => {
            let document = yaml::parse(text);
            let (meaning, mut spans) = properties::read(&document);
            spans.yaml_errors = yaml_errors::told(text, document.errors);
            (meaning, spans)
        }
        _ => (Meaning::Other, Spans::default()),
    }
}
