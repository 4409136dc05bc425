//! Where the cursor is, `$0` in the texts.

use super::super::{Place, Step, parse, path_at};

fn check(marked: &str, expected: &str) {
    let offset = marked.find("$0").unwrap();
    let text = marked.replace("$0", "");
    let document = parse(&text);
    let path = path_at(&document, &text, u32::try_from(offset).unwrap());
    let steps: String = path
        .steps
        .iter()
        .map(|step| match step {
            Step::Key(key) => format!("/{key}"),
            Step::Index(index) => format!("/{index}"),
        })
        .collect();
    let place = match path.place {
        Place::InKey { typed } => format!("key {:?}", typed.of(&text)),
        Place::InValue { typed, quote } => {
            let quote = quote.map_or(String::new(), |quote| format!(" in {quote}"));
            format!("value {:?}{quote}", typed.of(&text))
        }
        Place::OnBlankLine { indent } => format!("blank {indent}"),
    };
    assert_eq!(format!("{steps} {place}"), expected, "{marked}");
}

#[test]
fn in_a_value() {
    check(
        "models:\n  - name: or$0ders\n    access: x\n",
        "/models/0/name value \"orders\"",
    );
    check(
        "models:\n  - name: $0\n    access: x\n",
        "/models/0/name value \"\"",
    );
    check("models:\n  - name:$0\n", "/models/0/name value \"\"");
    check(
        "models:\n  - name: \"or$0\"\n",
        "/models/0/name value \"or\" in \"",
    );
    check(
        "models:\n  - name: 'or$0\n    access: x\n",
        "/models/0/name value \"or\" in '",
    );
    check(
        "models:\n  - access: $0\n  - name: b\n",
        "/models/0/access value \"\"",
    );
    check("a:\n  tags: [x, y$0]\n", "/a/tags/1 value \"y\"");
    check("a:\n  tags: [x, $0]\n", "/a/tags/1 value \"\"");
    check("a:\n  tags: [$0\n  b: c\n", "/a/tags/0 value \"\"");
    check("a: {b: c$0}\n", "/a/b value \"c\"");
    check("a: {b: $0}\n", "/a/b value \"\"");
    check("a: |\n  x$0y\n", "/a value \"xy\"");
    check("tests:\n  - uni$0\n", "/tests/0 value \"uni\"");
    check("tests:\n  - $0\n", "/tests/0 value \"\"");
    check("tests:\n  - a\n  - $0\n  - b\n", "/tests/1 value \"\"");
}

#[test]
fn in_a_key() {
    check("models:\n  - na$0me: orders\n", "/models/0 key \"name\"");
    check(
        "models:\n  - name: a\n    acc$0\n    group: b\n",
        "/models/0 key \"acc\"",
    );
    check("models:\n  - na$0\n    group: b\n", "/models/0 key \"na\"");
    check(
        "models:\n  - name: a\n    config:\n      mat$0\n",
        "/models/0/config key \"mat\"",
    );
    check(
        "models:\n  - config:\n      mat$0\n      enabled: true\n",
        "/models/0/config key \"mat\"",
    );
    check("ver$0", " key \"ver\"");
    check("version: 2\nmod$0\n", " key \"mod\"");
    check("a: {b: c, $0}\n", "/a key \"\"");
}

#[test]
fn on_a_blank_line() {
    check(
        "models:\n  - name: a\n    $0\n    group: b\n",
        "/models/0 blank 4",
    );
    check(
        "models:\n  - name: a\n    config:\n      $0\n",
        "/models/0/config blank 6",
    );
    check(
        "models:\n  - name: a\n    config:\n      enabled: true\n    $0\n",
        "/models/0 blank 4",
    );
    check(
        "models:\n  - name: a\n    config:\n      enabled: true\n$0\n",
        " blank 0",
    );
    check("models:\n  - name: a\n  $0\n", "/models blank 2");
    check("models:\n- name: a\n  $0\n", "/models/0 blank 2");
    check("$0", " blank 0");
    check("models:\n  $0", "/models blank 2");
    check(
        "columns:\n  - name: a\n    tests:\n      - x\n    $0\n  - name: b\n",
        "/columns/0 blank 4",
    );
}
