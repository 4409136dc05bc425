//! What texts say: the tree, as one line a node.

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::super::{Node, Value, parse};

/// Renders the tree and the errors of `text`.
pub(super) fn render(text: &str) -> String {
    let document = parse(text);
    let mut out = String::new();
    node(text, &document.root, 0, &mut out);
    for error in &document.errors {
        let written = error.span.of(text);
        writeln!(out, "error at {written:?}: {}", error.message()).unwrap();
    }
    out
}

fn node(text: &str, at: &Node<'_>, depth: usize, out: &mut String) {
    let pad = "  ".repeat(depth);
    match &at.value {
        Value::Null => writeln!(out, "{pad}nothing").unwrap(),
        Value::Scalar(scalar) => {
            let written = at.span.of(text);
            let value = scalar.resolve();
            writeln!(out, "{pad}{:?} {value:?} <- {written:?}", scalar.text).unwrap();
        }
        Value::Map(entries) => {
            for entry in entries {
                let merged = if entry.is_merged { " (merged)" } else { "" };
                writeln!(out, "{pad}{}:{merged}", entry.key_span.of(text)).unwrap();
                node(text, &entry.value, depth + 1, out);
            }
        }
        Value::List(items) => {
            for item in items {
                writeln!(out, "{pad}-").unwrap();
                node(text, item, depth + 1, out);
            }
        }
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "expectations are written in place"
)]
fn check(text: &str, expected: Expect) {
    expected.assert_eq(&render(text));
}

#[test]
fn a_property_file() {
    check(
        "version: 2\nmodels:\n  - name: orders\n    columns:\n    - name: id\n      data_tests: [unique, not_null]\n    description: >\n      All the\n      orders.\n",
        expect![[r#"
            version:
              "2" Int(2) <- "2"
            models:
              -
                name:
                  "orders" Str <- "orders"
                columns:
                  -
                    name:
                      "id" Str <- "id"
                    data_tests:
                      -
                        "unique" Str <- "unique"
                      -
                        "not_null" Str <- "not_null"
                description:
                  "All the orders.\n" Str <- ">\n      All the\n      orders."
        "#]],
    );
}

#[test]
fn a_half_typed_key_leaves_the_rest_alone() {
    check(
        "models:\n  - na\n    description: x\n  - name: b\n    acc\n    config:\n      enabled: true\n",
        expect![[r#"
            models:
              -
                description:
                  "x" Str <- "x"
              -
                name:
                  "b" Str <- "b"
                config:
                  enabled:
                    "true" Bool(true) <- "true"
            error at "na": this line belongs to no map or list; a `:` may be missing
            error at "acc": a `key: value` is expected here
        "#]],
    );
}

#[test]
fn a_quote_left_open_ends_with_its_line() {
    check(
        "models:\n  - name: \"a\n    description: \"b\"\n  - name: c\n",
        expect![[r#"
            models:
              -
                name:
                  "a" Str <- "\"a"
                description:
                  "b" Str <- "\"b\""
              -
                name:
                  "c" Str <- "c"
            error at "\"a": the closing quote is missing
        "#]],
    );
}

#[test]
fn a_quote_closes_in_whichever_line() {
    check(
        "models:\n  - name: a\n    description: \"One of:\n    - b\n    - \\\"c\\\"\"\n    access: d\n",
        expect![[r#"
            models:
              -
                name:
                  "a" Str <- "a"
                description:
                  "One of: - b - \"c\"" Str <- "\"One of:\n    - b\n    - \\\"c\\\"\""
                access:
                  "d" Str <- "d"
        "#]],
    );
}

#[test]
fn merge_keys_bring_entries_that_own_keys_override() {
    check(
        "base: &base {a: 1, b: 2}\nuse:\n  <<: *base\n  b: 3\n",
        expect![[r#"
            base:
              a:
                "1" Int(1) <- "1"
              b:
                "2" Int(2) <- "2"
            use:
              a: (merged)
                "1" Int(1) <- "1"
              b: (merged)
                "2" Int(2) <- "2"
              b:
                "3" Int(3) <- "3"
        "#]],
    );
}
