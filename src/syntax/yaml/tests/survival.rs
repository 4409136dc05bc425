//! No text is too broken, too deep or too large.

use std::fmt::Write as _;

use super::super::{ErrorKind, Node, Value, parse, path_at};
use super::samples;

fn count(node: &Node<'_>) -> usize {
    1 + match &node.value {
        Value::Null | Value::Scalar(_) => 0,
        Value::Map(entries) => entries.iter().map(|e| count(&e.value)).sum(),
        Value::List(items) => items.iter().map(count).sum(),
    }
}

/// Every span lies in the text, and every scalar's pieces can be found.
fn check_spans(text: &str, node: &Node<'_>) {
    assert!(text.get(node.span.range()).is_some(), "{text:?} {node:?}");
    match &node.value {
        Value::Null => {}
        Value::Scalar(scalar) => {
            for at in 0..=scalar.text.len() {
                let span = scalar.source_span(0..at);
                assert!(text.get(span.range()).is_some() || !scalar.text.is_char_boundary(at));
            }
        }
        Value::Map(entries) => {
            for entry in entries {
                assert!(text.get(entry.key_span.range()).is_some());
                check_spans(text, &entry.value);
            }
        }
        Value::List(items) => items.iter().for_each(|item| check_spans(text, item)),
    }
}

#[test]
fn every_beginning_of_every_text_is_read() {
    for text in samples::all() {
        for (end, _) in text.char_indices() {
            let beginning = &text[..end];
            let document = parse(beginning);
            check_spans(beginning, &document.root);
            for offset in end.saturating_sub(40)..=end {
                let _ = path_at(&document, beginning, u32::try_from(offset).unwrap());
            }
        }
    }
}

#[test]
fn every_text_without_any_one_character_is_read() {
    for text in samples::all() {
        for (at, character) in text.char_indices() {
            let without = format!("{}{}", &text[..at], &text[at + character.len_utf8()..]);
            check_spans(&without, &parse(&without).root);
        }
    }
}

#[test]
fn deep_nesting_ends_at_a_bound() {
    for unit in [
        "[", "{", "- ", "a: [", "{a: ", "[{", "? ", "&a ", "!x ", "- &a\n",
    ] {
        let text = unit.repeat(100_000);
        assert!(count(&parse(&text).root) < 200_000, "{unit:?}");
    }
    let steps: String = (0..1500).fold(String::new(), |mut out, depth| {
        writeln!(out, "{:depth$}a:", "").unwrap();
        out
    });
    let document = parse(&steps);
    assert!(document.errors.iter().any(|e| e.kind == ErrorKind::TooDeep));
}

#[test]
fn long_and_hostile_texts_are_read_in_linear_time() {
    let size = 1 << 18;
    for unit in [
        "x",
        "x ",
        "'",
        "\"",
        "a: \"\n",
        "a: '\n",
        "a: [\n",
        "a: {\n",
        "- x\n  y\n",
        "a: x\n  y\n",
        "a: [b\n",
        "- 'x''\n",
        "a: |\n",
        "\n",
        "\t",
        "\r",
        ":",
        ": ",
        "#",
        ",",
        "]",
        "*a ",
        "{{ ",
        "a: b\n ",
        "&",
        "<<: *a\n",
        "a: \"\\\n",
        "- - \n",
        "- [\n",
        "[a, \n",
        "{a: b, \n",
        "\u{0}",
        "a\n",
        "  \n",
        "- a\n   b\n  c: d\n",
        "a: 1\n   b\n  - c\n",
        "---\n",
        "a: \"x\\\n",
    ] {
        let text = unit.repeat(size / unit.len());
        let document = parse(&text);
        assert!(document.errors.len() <= 1001, "{unit:?}");
    }
    let text = format!("a: {}\nb: 1\n", "x ".repeat(1 << 20));
    assert_eq!(parse(&text).root.entries().len(), 2);
}

#[test]
fn aliases_of_aliases_are_copied_up_to_a_bound() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..20 {
        let alias = format!("*a{}, ", level - 1);
        writeln!(text, "a{level}: &a{level} [{}]", alias.repeat(9)).unwrap();
    }
    text.push_str("last: 1\n");
    let document = parse(&text);
    assert!(count(&document.root) < 500_000);
    assert!(
        document
            .errors
            .iter()
            .any(|e| e.kind == ErrorKind::TooLarge)
    );
    assert_eq!(document.root.get("last").and_then(Node::as_str), Some("1"));
}
