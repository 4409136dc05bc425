//! Half-typed texts with a cursor in, what is being typed out.

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::{Cursor, call_at, cursor_at, expression_cursor_at};

fn rendered(text: &str, cursor: Option<Cursor<'_>>) -> String {
    let call = match cursor {
        None => return "nothing".to_owned(),
        Some(Cursor::Word(word)) => {
            let mut out = format!("word {:?} {:?}", word.path, word.typed.of(text));
            out += if word.is_called { " called" } else { "" };
            out += if word.is_tag { " tag" } else { "" };
            return out;
        }
        Some(Cursor::Call(call)) => call,
    };
    let quote = call.quote.map(String::from).unwrap_or_default();
    let close = if call.has_closing_quote { &quote } else { "" };
    let mut out = format!(
        "{} #{} {:?} {quote}{}{close}",
        call.callee.join("."),
        call.index,
        call.place,
        call.typed.of(text)
    );
    if let Some((keyword, _)) = call.keyword {
        write!(out, " keyword {keyword}").unwrap();
    }
    for (what, is_it) in [
        (" )", call.has_closing_parenthesis),
        (" }}", call.missing_braces.is_none()),
    ] {
        out += if is_it { what } else { "" };
    }
    for argument in call.before.iter().chain(&call.after) {
        write!(out, " [{}]", argument.span.of(text)).unwrap();
    }
    if call.nesting > 0 {
        write!(out, " nested {}", call.nesting).unwrap();
    }
    out
}

fn check(texts: &[&str], expected: &Expect) {
    let mut out = String::new();
    for marked in texts {
        let offset = marked.find('¦').unwrap();
        let text = marked.replacen('¦', "", 1);
        let cursor = cursor_at(&text, u32::try_from(offset).unwrap());
        writeln!(out, "{marked:?}\n    {}", rendered(&text, cursor)).unwrap();
        every_offset_of_every_prefix_is_survived(&text);
    }
    expected.assert_eq(&out);
}

fn every_offset_of_every_prefix_is_survived(text: &str) {
    for (end, _) in text.char_indices() {
        for offset in 0..=u32::try_from(end).unwrap() + 2 {
            if let Some(call) = call_at(&text[..end], offset) {
                assert!(call.typed.touches(offset), "{text:?} {offset}");
            }
            let _ = expression_cursor_at(&text[..end], 3, offset);
        }
    }
}

#[test]
fn the_argument_being_typed_is_found() {
    check(
        &[
            "{{ ref(¦",
            "{{ ref(¦) }}",
            "{{ ref('¦",
            "{{ ref('¦') }}",
            "{{ ref('ord¦ers') }}",
            "select * from {{ ref('domain_inventory', '¦ }} where a = 'b'",
            "select * from {{ ref('domain_inventory', '¦') }} where a = 'b'",
            "select * from {{ ref('¦ where a = 'b'",
            "select * from {{ ref('¦\nwhere a = 'b' -- don't {{ ref('x') }}",
            "{{ ref('p', ¦'m') }}",
            "{{ ref('p', \"m¦\", v=1) }}",
            "{{ ref('m', v=¦) }}",
            "{{ ref('m', v='¦') }}",
            "{{ ref('m', version=1¦2) }}",
            "{{ ref('m', ver¦sion=1) }}",
            "{{ ref('m', ver¦) }}",
            "{{ ref('m' ¦) }}",
            "{{ ref('m')¦ }}",
            "{{ config(tags=['a', '¦b'], x=1) }}",
            "{{ f(ref('a'), source('s', '¦')) }}",
            "{{ dbt_utils.star(from=ref('¦')) }}",
            "{% set x = ref('¦' %}",
            "{% if a %}{{ ref('x'}} {{ source('¦",
            "{{ config(\n  materialized='¦'\n) }}",
            "{{ config(\n  ¦\n\nselect 1 {{ x }}",
        ],
        &expect![[r#"
            "{{ ref(¦"
                ref #0 Value 
            "{{ ref(¦) }}"
                ref #0 Value  ) }}
            "{{ ref('¦"
                ref #0 Value '
            "{{ ref('¦') }}"
                ref #0 Value '' ) }}
            "{{ ref('ord¦ers') }}"
                ref #0 Value 'orders' ) }}
            "select * from {{ ref('domain_inventory', '¦ }} where a = 'b'"
                ref #1 Value ' }} ['domain_inventory']
            "select * from {{ ref('domain_inventory', '¦') }} where a = 'b'"
                ref #1 Value '' ) }} ['domain_inventory']
            "select * from {{ ref('¦ where a = 'b'"
                ref #0 Value '
            "select * from {{ ref('¦\nwhere a = 'b' -- don't {{ ref('x') }}"
                ref #0 Value '
            "{{ ref('p', ¦'m') }}"
                ref #1 Value  ) }} ['p']
            "{{ ref('p', \"m¦\", v=1) }}"
                ref #1 Value "m" ) }} ['p'] [1]
            "{{ ref('m', v=¦) }}"
                ref #1 Value  keyword v ) }} ['m']
            "{{ ref('m', v='¦') }}"
                ref #1 Value '' keyword v ) }} ['m']
            "{{ ref('m', version=1¦2) }}"
                ref #1 Value 12 keyword version ) }} ['m']
            "{{ ref('m', ver¦sion=1) }}"
                ref #1 Keyword version keyword version ) }} ['m']
            "{{ ref('m', ver¦) }}"
                ref #1 Value ver ) }} ['m']
            "{{ ref('m' ¦) }}"
                ref #0 Behind  ) }}
            "{{ ref('m')¦ }}"
                word [] ""
            "{{ config(tags=['a', '¦b'], x=1) }}"
                config #0 Value 'b' keyword tags ) }} [1] nested 1
            "{{ f(ref('a'), source('s', '¦')) }}"
                source #1 Value '' ) }} ['s']
            "{{ dbt_utils.star(from=ref('¦')) }}"
                ref #0 Value '' ) }}
            "{% set x = ref('¦' %}"
                ref #0 Value '' }}
            "{% if a %}{{ ref('x'}} {{ source('¦"
                source #0 Value '
            "{{ config(\n  materialized='¦'\n) }}"
                config #0 Value '' keyword materialized ) }}
            "{{ config(\n  ¦\n\nselect 1 {{ x }}"
                config #0 Value 
        "#]],
    );
}

#[test]
fn words_outside_of_calls_are_found() {
    check(
        &[
            "{{ ¦ }}",
            "{{ re¦ }}",
            "{{ re¦",
            "{{ re¦f('x') }}",
            "{{ adapter.dis¦ }}",
            "{% se¦ x %}",
            "{% set x = re¦ %}",
            "{% macro f(a¦) %}",
            "{{ 'in a ¦string' }}",
            "sel¦ect",
            "¦{{ x }}",
            "{{ x }}¦",
            "{# re¦f #}",
            "{% raw %}{{ ref('¦') }}{% endraw %}",
            "{{ (a¦) }}",
            "{{ x | lower¦ }}",
            "{{ x | join(¦) }}",
        ],
        &expect![[r#"
            "{{ ¦ }}"
                word [] ""
            "{{ re¦ }}"
                word [] "re"
            "{{ re¦"
                word [] "re"
            "{{ re¦f('x') }}"
                word [] "ref" called
            "{{ adapter.dis¦ }}"
                word ["adapter"] "dis"
            "{% se¦ x %}"
                word [] "se" tag
            "{% set x = re¦ %}"
                word [] "re"
            "{% macro f(a¦) %}"
                word [] "a"
            "{{ 'in a ¦string' }}"
                nothing
            "sel¦ect"
                nothing
            "¦{{ x }}"
                nothing
            "{{ x }}¦"
                nothing
            "{# re¦f #}"
                nothing
            "{% raw %}{{ ref('¦') }}{% endraw %}"
                nothing
            "{{ (a¦) }}"
                word [] "a"
            "{{ x | lower¦ }}"
                word [] "lower"
            "{{ x | join(¦) }}"
                word [] ""
        "#]],
    );
}

#[test]
fn bare_expressions_have_a_cursor_too() {
    let text = "ref('domain', 'or')";
    let cursor = expression_cursor_at(text, 100, 116);
    let Some(Cursor::Call(call)) = cursor else {
        panic!("no call")
    };
    assert_eq!(
        (call.typed.start, call.typed.end, call.index),
        (115, 117, 1)
    );
    assert_eq!(expression_cursor_at(text, 100, 99), None);
}

#[test]
fn what_is_missing_behind_a_call_is_told() {
    for (text, braces, depth) in [
        ("{{ ref('", Some("}}"), 0),
        ("{% set x = ref('", Some("%}"), 0),
        ("{{ dbt_utils.star(from=ref('", Some("}}"), 1),
        ("{% for x in [f(ref('", Some("%}"), 2),
    ] {
        let call = call_at(text, u32::try_from(text.len()).unwrap()).unwrap();
        assert_eq!((call.missing_braces, call.depth), (braces, depth), "{text}");
    }
    let expression = expression_cursor_at("ref('", 0, 5);
    let Some(Cursor::Call(call)) = expression else {
        panic!("no call")
    };
    assert_eq!(call.missing_braces, None);
}
