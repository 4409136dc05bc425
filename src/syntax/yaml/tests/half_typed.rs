//! While one line is typed, the keys of the other lines stay what and where they are.

use super::super::{Node, Value, parse};
use super::samples::PROPERTY_FILES;

/// The keys of a tree with the offset that each stands at.
fn keys(node: &Node<'_>, found: &mut Vec<(String, usize)>) {
    match &node.value {
        Value::Null | Value::Scalar(_) => {}
        Value::Map(entries) => {
            for entry in entries {
                found.push((entry.key.text.to_string(), entry.key_span.start as usize));
                keys(&entry.value, found);
            }
        }
        Value::List(items) => items.iter().for_each(|item| keys(item, found)),
    }
}

/// Makes each line of each file what `edit` makes of it; every key of every other line must stay.
fn check(edit: impl Fn(&str) -> Option<String>) {
    let mut lost = Vec::new();
    for text in PROPERTY_FILES {
        let mut before = Vec::new();
        keys(&parse(text).root, &mut before);
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let end = start + line.len();
            let body = line.trim_end_matches('\n');
            if let Some(edited_line) = edit(body) {
                let edited = format!("{}{edited_line}\n{}", &text[..start], &text[end..]);
                let mut after = Vec::new();
                keys(&parse(&edited).root, &mut after);
                for (key, at) in &before {
                    let moved = match *at {
                        at if at < start => at,
                        at if at >= end => at + edited_line.len() + 1 - line.len(),
                        _ => continue,
                    };
                    if !after.contains(&(key.clone(), moved)) {
                        lost.push(format!("{body:?} -> {edited_line:?} loses {key} at {at}"));
                    }
                }
            }
            start = end;
        }
    }
    assert!(lost.is_empty(), "{} lost\n{}", lost.len(), lost.join("\n"));
}

fn indent(line: &str) -> &str {
    &line[..line.len() - line.trim_start().len()]
}

#[test]
fn a_line_cut_anywhere() {
    for part in 1..8 {
        check(|line| Some(line.chars().take(line.chars().count() * part / 8).collect()));
    }
}

#[test]
fn a_key_begun() {
    check(|line| Some(format!("{}na", indent(line))));
    check(|line| Some(format!("{}{line}\n{}na", "", indent(line))));
}

#[test]
fn an_item_begun() {
    check(|line| Some(format!("{}- na", indent(line))));
    check(|line| Some(format!("{}- ", indent(line))));
    check(|line| Some(format!("{}-", indent(line))));
}

#[test]
fn a_quote_left_open() {
    for quote in ["\"", "\"x", "'", "'x", "\"{{ ref('x"] {
        check(|line| {
            let (key, _) = line.split_once(": ")?;
            Some(format!("{key}: {quote}"))
        });
    }
}

#[test]
fn a_bracket_left_open() {
    for value in [
        "[", "[a, ", "[a, b", "{", "{a: ", "{a: b, ", "[\"a", "{{ x", "{{ x }}", "{% x",
    ] {
        check(|line| {
            let (key, _) = line.split_once(": ")?;
            Some(format!("{key}: {value}"))
        });
    }
}

#[test]
fn a_value_typed_where_lines_below_are_the_value() {
    for value in ["x", "\"x\"", "[a]", "|", "&a", "*a", "!x"] {
        if value == "|" {
            continue;
        }
        check(|line| line.ends_with(':').then(|| format!("{line} {value}")));
    }
}

#[test]
fn a_line_indented_wrongly() {
    check(|line| Some(format!(" {line}")));
    check(|line| Some(format!("  {line}")));
    check(|line| line.strip_prefix(' ').map(str::to_owned));
    check(|line| line.strip_prefix("  ").map(str::to_owned));
    check(|line| Some(format!("\t{line}")));
}
