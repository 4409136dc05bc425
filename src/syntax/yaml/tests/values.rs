//! What plain scalars are, and what Python's `str()` makes of them.

use std::fmt::Write as _;

use expect_test::expect;

use super::super::{Node, parse};

#[test]
fn plain_scalars_are_what_yaml_1_1_says() {
    let written = "yes No on OFF true y n null ~ Null 1 +1 -1 012 0o14 08 0x1F 0b101 1_000 1:30 1.10 1.0 1e5 \
        1.5e+10 1.0e+16 1.0e-7 .5 -.5 5. .inf -.INF .nan 1:20.5 123456789012345678901234567890 2024-01-05 2024-1-5 \
        2024-01-05T10:11:12Z 2024-01-05T1:02:03.5+02:00 v1 1.2.3 - + . 0x_";
    let mut rendered = String::new();
    for written in written.split_whitespace() {
        let text = format!("a: {written}");
        let document = parse(&text);
        let scalar = document.root.get("a").and_then(Node::scalar).unwrap();
        let value = scalar.resolve();
        writeln!(rendered, "{written} {value:?} {}", scalar.python_str()).unwrap();
    }
    expect![[r"
        yes Bool(true) True
        No Bool(false) False
        on Bool(true) True
        OFF Bool(false) False
        true Bool(true) True
        y Str y
        n Str n
        null Null None
        ~ Null None
        Null Null None
        1 Int(1) 1
        +1 Int(1) 1
        -1 Int(-1) -1
        012 Int(10) 10
        0o14 Str 0o14
        08 Str 08
        0x1F Int(31) 31
        0b101 Int(5) 5
        1_000 Int(1000) 1000
        1:30 Int(90) 90
        1.10 Float(1.1) 1.1
        1.0 Float(1.0) 1.0
        1e5 Str 1e5
        1.5e+10 Float(15000000000.0) 15000000000.0
        1.0e+16 Float(1e16) 1e+16
        1.0e-7 Float(1e-7) 1e-07
        .5 Float(0.5) 0.5
        -.5 Str -.5
        5. Float(5.0) 5.0
        .inf Float(inf) inf
        -.INF Float(-inf) -inf
        .nan Float(NaN) nan
        1:20.5 Float(80.5) 80.5
        123456789012345678901234567890 Float(1.2345678901234566e29) 123456789012345678901234567890
        2024-01-05 Timestamp 2024-01-05
        2024-1-5 Str 2024-1-5
        2024-01-05T10:11:12Z Timestamp 2024-01-05 10:11:12+00:00
        2024-01-05T1:02:03.5+02:00 Timestamp 2024-01-05 01:02:03.500000+02:00
        v1 Str v1
        1.2.3 Str 1.2.3
        - Str -
        + Str +
        . Str .
        0x_ Str 0x_
    "]]
    .assert_eq(&rendered);
}

#[test]
fn a_quoted_scalar_is_a_text() {
    for text in ["a: '1'", "a: \"yes\"", "a: |-\n  1", "a: !!str 1"] {
        let document = parse(text);
        let scalar = document.root.get("a").and_then(Node::scalar).unwrap();
        assert_eq!(scalar.resolve(), super::super::Resolved::Str, "{text}");
        assert!(!document.root.get("a").unwrap().is_null());
    }
}

/// Where `piece` of the value of `a` stands, as the written text.
fn source_of(text: &str, piece: &str) -> String {
    let document = parse(text);
    let scalar = document.root.get("a").and_then(Node::scalar).unwrap();
    let at = scalar.text.find(piece).unwrap();
    scalar.source_span(at..at + piece.len()).of(text).to_owned()
}

#[test]
fn a_piece_of_a_text_is_found_in_the_file() {
    let call = "ref('x')";
    assert_eq!(source_of("a: see ref('x')", call), call);
    assert_eq!(source_of("a: \"{{ ref('x') }}\"", call), call);
    assert_eq!(source_of("a: '{{ ref(''x'') }}'", call), "ref(''x'')");
    assert_eq!(source_of("a: \"\\t{{ ref('x') }}\"", call), call);
    assert_eq!(
        source_of("a: \"{{ ref(\\\"x\\\") }}\"", "\"x\""),
        "\\\"x\\\""
    );
    assert_eq!(source_of("a: |\n  b\n  ref('x')\n", call), call);
    assert_eq!(source_of("a: >\n  b\n  ref('x')\n", call), call);
    assert_eq!(source_of("a: >\n  b\n  c\n", "b c"), "b\n  c");
    assert_eq!(source_of("a: b\n  c ref('x')\n", call), call);
    assert_eq!(source_of("a: &x\n  ref('x')\n", call), call);
}
