//! What could put the findings at a place right? What each rule offers with its finding, and a
//! comment that switches the rule off for the line.

use std::path::Path;

use crate::project::Role;
use crate::rules::RuleId;
use crate::syntax::yaml;
use crate::text::Span;
use crate::world::World;

use super::{Edit, Edits, Finding, Fix, diagnostics, entry};

/// A finding with what would put it right, the likeliest first.
pub struct Fixable {
    /// The finding.
    pub finding: Finding,
    /// What would put it right.
    pub fixes: Vec<Fix>,
    /// The comment that switches the rule off for the line, where one can stand.
    pub silence: Option<Fix>,
}

/// The findings that touch `span` of the file at `path`, which is open.
pub(super) fn fixes(world: &World, path: &Path, span: Span) -> Vec<Fixable> {
    let findings = diagnostics::diagnostics(world, path).into_iter();
    let touched = findings.filter(|it| it.span.start <= span.end && span.start <= it.span.end);
    touched
        .map(|mut finding| {
            let mut fixes = entry::fixes(world, path, &finding);
            fixes.append(&mut finding.fixes);
            let silence = silence(world, path, &finding);
            Fixable {
                finding,
                fixes,
                silence,
            }
        })
        .collect()
}

/// A comment above the finding's line.
fn silence(world: &World, path: &Path, finding: &Finding) -> Option<Fix> {
    let (text, _) = world.open_file(path)?;
    let (linked, inside) = world.locate(path)?;
    let mark = mark_of(Role::of(&inside, &linked.project.definition).0, path)?;
    let line = line_start(&text, finding.span.start as usize);
    let is_text = match (finding.rule, mark) {
        (RuleId::YamlSyntax | RuleId::JinjaSyntax, _) => true,
        (_, "#") if !is_python(path) => is_inside_yaml_text(&text, line),
        (_, "--") => is_inside_jinja(&text, line),
        _ => false,
    };
    if is_text {
        return None;
    }
    let rule = finding.rule.as_str();
    let edit = joined(&text, line, rule).unwrap_or_else(|| {
        let rest = text.get(line..).unwrap_or("");
        let code = rest.trim_start_matches([' ', '\t']);
        let indent = rest.get(..rest.len() - code.len()).unwrap_or("");
        // Such a tag drops the end of the line above it, where a comment of SQL would go on.
        let mut tags = ["{{-", "{%-", "{#-"].into_iter();
        let comment = if mark == "--" && tags.any(|tag| code.starts_with(tag)) {
            format!("{{#- dbt-mesh: ignore[{rule}] #}}")
        } else {
            format!("{mark} dbt-mesh: ignore[{rule}]")
        };
        Edit {
            span: Span::empty(line),
            text: format!("{indent}{comment}\n"),
        }
    });
    Some(Fix {
        title: format!("Ignore `{rule}` on this line"),
        edits: Edits::Here(vec![edit]),
    })
}

/// How a comment begins in a file.
fn mark_of(role: Role, path: &Path) -> Option<&'static str> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    match (extension.as_str(), role) {
        ("sql", _) => Some("--"),
        ("yml" | "yaml" | "py", _) => Some("#"),
        _ => None,
    }
}

fn is_python(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("py"))
}

fn line_start(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text);
    before.rfind('\n').map_or(0, |end| end + 1)
}

/// The rule, put into a comment that stands above the line already.
fn joined(text: &str, line: usize, rule: &str) -> Option<Edit> {
    let end = line.checked_sub(1)?;
    let start = line_start(text, end);
    let above = text.get(start..end)?;
    let list = above.find("dbt-mesh: ignore[")?;
    let close = above.get(list..)?.find(']')? + list;
    let before = above.get(..list)?.trim();
    let is_alone = ["--", "#", "/*", "{#", "{#-"].contains(&before);
    is_alone.then(|| Edit {
        span: Span::empty(start + close),
        text: format!(", {rule}"),
    })
}

/// Whether a line begins in the middle of a Jinja tag, where no SQL comment can stand.
fn is_inside_jinja(text: &str, line: usize) -> bool {
    let before = text.get(..line).unwrap_or("");
    let last = |marks: [&str; 3]| {
        marks
            .into_iter()
            .filter_map(|mark| before.rfind(mark))
            .max()
    };
    last(["{{", "{%", "{#"]) > last(["}}", "%}", "#}"])
}

/// Whether a line begins in the middle of a text, where a comment would be part of it.
fn is_inside_yaml_text(text: &str, line: usize) -> bool {
    let document = yaml::parse(text);
    let mut nodes = vec![&document.root];
    while let Some(node) = nodes.pop() {
        if !(node.span.start as usize <= line && line <= node.span.end as usize) {
            continue;
        }
        if let Some(scalar) = node.scalar()
            && (node.span.start as usize) < line
            && line <= scalar.content.end as usize
        {
            return true;
        }
        nodes.extend(node.entries().iter().map(|entry| &entry.value));
        nodes.extend(node.items());
    }
    false
}

#[cfg(test)]
mod tests;
