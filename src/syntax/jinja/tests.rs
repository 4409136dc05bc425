//! Texts in, trees and calls out.

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::{CallSite, Constant, blocks, calls, parse, parse_expression};

fn value(constant: &Constant<'_>) -> String {
    match constant {
        Constant::Str { text, content } => {
            format!(
                "{text:?}{}",
                if content.is_none() { " (folded)" } else { "" }
            )
        }
        Constant::Int(text) | Constant::Float(text) => text.to_string(),
        Constant::Bool(value) => value.to_string(),
        Constant::None => "none".to_owned(),
        Constant::List(items) => {
            let items: Vec<_> = items.iter().map(value).collect();
            format!("[{}]", items.join(", "))
        }
        Constant::Dict(items) => {
            let pair = |(key, of): &(Constant<'_>, Constant<'_>)| value(key) + ": " + &value(of);
            format!(
                "{{{}}}",
                items.iter().map(pair).collect::<Vec<_>>().join(", ")
            )
        }
        Constant::Undefined(_) | Constant::Unknown => "?".to_owned(),
    }
}

fn rendered(site: &CallSite<'_>) -> String {
    let mut out = site.callee.join(".");
    let arguments = site.arguments.iter().map(|argument| {
        let name = argument
            .name
            .map(|(name, _)| format!("{name}="))
            .unwrap_or_default();
        let star = if argument.is_spread { "*" } else { "" };
        format!("{star}{name}{}", value(&argument.value))
    });
    let close = if site.is_closed { ")" } else { "…" };
    let arguments = arguments.collect::<Vec<_>>().join(", ");
    write!(out, "({arguments}{close} {:?}", site.reach).unwrap();
    if let Some(block) = site.block {
        write!(out, " in {} {}", block.kind.keyword(), block.name).unwrap();
    }
    out
}

fn check(text: &str, expected: &Expect) {
    let template = parse(text);
    let mut out = String::new();
    for site in calls(&template) {
        writeln!(out, "{}", rendered(&site)).unwrap();
    }
    for error in &template.errors {
        writeln!(out, "{:?}: {}", error.span.of(text), error.message).unwrap();
    }
    expected.assert_eq(&out);
    every_prefix_is_survived(text);
}

fn every_prefix_is_survived(text: &str) {
    for (at, _) in text.char_indices() {
        for part in [&text[..at], &text[at..]] {
            let template = parse(part);
            for site in calls(&template) {
                assert!(!site.span.of(part).is_empty());
                for argument in &site.arguments {
                    if let Constant::Str {
                        content: Some(content),
                        ..
                    } = &argument.value
                    {
                        assert!(argument.span.contains(*content));
                    }
                }
            }
            let _ = blocks(&template);
            let _ = parse_expression(part, 7);
        }
    }
}

#[test]
fn calls_are_found_wherever_they_stand() {
    check(
        "select {{ dbt_utils.star(from=ref('a', v=2)) }} -- {{ ref('b') }}
         {# {{ ref('no') }} #} {% raw %}{{ ref('no') }}{% endraw %}
         {% set x = [source('s', 't'), {'k': builtins.ref(\"p\", 'm', version='3')}] %}
         {% do x.append(ref('c') ~ '_' ~ ref('d')) %}{{ x | join(ref('e')) }}
         {{ adapter.dispatch('m', 'p')(ref('f')) if x is divisibleby ref('g') else x[ref('h')] }}
         {{ ref(*args, **kwargs) }}",
        &expect![[r#"
            dbt_utils.star(from=?) Always
            ref("a", v=2) Always
            ref("b") Always
            source("s", "t") Always
            builtins.ref("p", "m", version="3") Always
            x.append(?) Always
            ref("c") Always
            ref("d") Always
            ref("e") Always
            adapter.dispatch("m", "p") Unknown
            ref("f") Unknown
            ref("g") Always
            ref("h") Unknown
            ref(*?, *?) Always
        "#]],
    );
}

#[test]
fn constants_are_folded_and_the_rest_stays_unknown() {
    check(
        "{% set m = 'ord' %}{% set twice = 1 %}{% set twice = 2 %}
         {% if x %}{% set under = 'a' %}{% endif %}
         {{ ref(m ~ 'ers_' ~ 2) }} {{ ref('a' + 'b') }} {{ ref('a' 'b') }} {{ ref(twice) }}
         {{ ref(under) }} {{ ref(later) }}{% set later = 'l' %}{{ ref(later) }}
         {{ f(1, -2, 1.5, 1_000, true, none, [1, 'a'], {'k': x}, ('t',), 'it\\'s', x | lower) }}",
        &expect![[r#"
            ref("orders_2" (folded)) Always
            ref("ab" (folded)) Always
            ref("ab" (folded)) Always
            ref(?) Always
            ref(?) Always
            ref(?) Always
            ref("l" (folded)) Always
            f(1, -2, 1.5, 1000, true, none, [1, "a"], {"k": ?}, ["t"], "it's", ?) Always
        "#]],
    );
}

#[test]
fn a_loop_over_a_literal_list_calls_once_for_each_element() {
    check(
        "{% set regions = ['eu', 'us'] %}
         {% for r in regions %}{{ ref('orders_' ~ r) }} {{ ref('same') }}
         {% if r == 'eu' %}{{ ref('eu_only') }}{% endif %}
         {% if not loop.last %}{{ ref('last') }}{% endif %}{% endfor %}
         {% for a, b in [('x', 'y')] %}{{ source(a, b) }}{% endfor %}
         {% for x in [] %}{{ ref('never') }}{% else %}{{ ref('always') }}{% endfor %}
         {% for x in xs %}{{ ref('unknown') }}{% endfor %}
         {% for x in [1, 2] if x != y %}{{ ref('filtered') }}{% endfor %}
         {% for x in [1, 2] %}{% if z %}{% break %}{% endif %}{{ ref('after_break') }}{% endfor %}",
        &expect![[r#"
            ref("orders_eu" (folded)) Always
            ref("orders_us" (folded)) Always
            ref("same") Always
            ref("eu_only") Always
            ref("last") Unknown
            source("x" (folded), "y" (folded)) Always
            ref("never") Never
            ref("always") Always
            ref("unknown") Unknown
            ref("filtered") Unknown
            ref("after_break") Unknown
        "#]],
    );
}

#[test]
fn conditions_say_what_runs_while_dbt_parses() {
    check(
        "{% if false %}{{ ref('a') }}{% elif not true %}{{ ref('b') }}{% else %}{{ ref('c') }}{% endif %}
         {% if execute %}{{ ref('d') }}{% else %}{{ ref('e') }}{% endif %}
         {% if is_incremental() and x %}{{ ref('f') }}{% endif %}
         {% if not execute or x %}{{ ref('g') }}{% else %}{{ ref('h') }}{% endif %}
         {% if target.name == 'prod' %}{{ ref('i') }}{% else %}{{ ref('j') }}{% endif %}
         {{ false and ref('k') }} {{ execute and ref('l') }} {{ x or ref('m') }}
         {{ ref('n') if true else ref('o') }} {{ ref('p') if x }}
         {% call statement('q') %}{{ ref('r') }}{% endcall %}
         {% macro s(a: string, b=ref('t')) %}{{ ref('u') }}{% endmacro %}
         {% snapshot v %}{% set w = 'w' %}{{ ref(w) }}{% endsnapshot %}",
        &expect![[r#"
            ref("a") Never
            ref("b") Never
            ref("c") Always
            ref("d") AtCompile
            ref("e") Always
            is_incremental() Always
            ref("f") AtExecute
            ref("g") Always
            ref("h") AtExecute
            ref("i") Unknown
            ref("j") Unknown
            ref("k") Never
            ref("l") AtCompile
            ref("m") Unknown
            ref("n") Always
            ref("o") Never
            ref("p") Unknown
            statement("q") Always
            ref("r") Unknown
            ref("t") Always in macro s
            ref("u") Always in macro s
            ref("w" (folded)) Always in snapshot v
        "#]],
    );
}

#[test]
fn all_of_jinjas_syntax_is_without_error() {
    check(
        "{% if a: %}{% elif b, c %}{% else: %}{% endif %}{%- for a, (b, c) in d if e recursive -%}
         {% break %}{% continue %}{% else %}{% endfor %}{% set ns.x = 1, 2 %}{% set a | upper | f(1) %}
         {% endset %}{% call(a, b=1) f() %}{% endcall %}{% filter upper %}{% endfilter %}
         {% with a = 1, b = 2 %}{% endwith %}{% macro m(a: list[dict[string, int]] = [], b=1) -%}
         {%- endmacro %}{% materialization m, adapter='x', supported_languages=['sql'] %}
         {% endmaterialization %}{% test t(model) %}{% endtest %}{% docs d %}{% enddocs %}
         {{ -a ** 2 // 3 % b.c.0[1:2:3][:][::2] ~ 'x' 'y' }}{{ a not in b is not none }}{{ (), (1,) }}
         {{ {'a': {}} }}{{ '}}' }}{{ \"{{ x }}\" }}{{ a | b.c(d, *e, **f) if g }}{{ not a and b < c <= d }}",
        &expect![[r"
            f() Always
        "]],
    );
}

#[test]
fn blocks_are_listed_with_what_they_take() {
    let text = "{% macro open(a) %}{% if x %}
        {% macro f(a: string, b='c') %}{% endmacro %}
        {% snapshot s %}{% endsnapshot %}{% materialization m, default %}{% endmaterialization %}
        {% docs d %}{% macro hidden() %}{% endmacro %}{% enddocs %}{% macro %}{% endmacro %}";
    let mut out = String::new();
    for block in blocks(&parse(text)) {
        let name = (block.name, block.name_span.of(text));
        write!(out, "{} {name:?}", block.kind.keyword()).unwrap();
        for argument in &block.arguments {
            let default = argument
                .default
                .as_ref()
                .map(|(constant, _)| value(constant));
            write!(
                out,
                " {} {:?} {default:?}",
                argument.name, argument.annotation
            )
            .unwrap();
        }
        out.push('\n');
    }
    expect![[r#"
        macro ("open", "open") a None None
        macro ("f", "f") a Some("string") None b None Some("\"c\"")
        snapshot ("s", "s")
        materialization ("m", "m")
        docs ("d", "d")
        macro ("", "")
    "#]]
    .assert_eq(&out);
}

#[test]
fn half_typed_tags_leave_the_rest_alone() {
    let texts = [
        "{{ ref('x', '",
        "select * from {{ ref('x', ' }} where a = 'b' {{ ref('after') }}",
        "select * from {{ ref('x', ') }} where a = 'b' {{ ref('after') }}",
        "select * from {{ ref('x', '\nwhere a = 'b' and {{ ref('after') }}",
        "select * from {{ ref('x' where a = 'b'\n {{ ref('after') }}",
        "select * from {{ ref('x }} , {{ ref('after') }}",
        "{{ config(\n  materialized='table',\n  tags=['a'\nselect * from {{ ref('after') }}",
        "{{ ref('x'\n{% if a %}{{ ref('after') }}{% endif %}",
        "{{ ref( }} {{ ref('after') }}",
        "{{ ref('x') } {{ ref('after') }}",
        "{% set x = {'a': 1 %}{{ ref('after') }}",
        "{% if %}{{ ref('after') }}{% else %}{% endfor %}{{ ref('z') }}",
        "{{ ref(, 'x') }}{{ ref('a' 1, 'b') }}{{ ref('after') }}",
        "{# open\n{{ ref('after') }}",
        "{% raw %}{{ ref('after') }}",
    ];
    let mut out = String::new();
    for text in texts {
        every_prefix_is_survived(text);
        let template = parse(text);
        writeln!(out, "{text:?}").unwrap();
        for site in calls(&template) {
            writeln!(out, "    {}", rendered(&site)).unwrap();
        }
        for error in &template.errors {
            writeln!(out, "    {:?}: {}", error.span.of(text), error.message).unwrap();
        }
    }
    expect![[r#"
        "{{ ref('x', '"
            ref("x", ""… Always
            "{{": this `{{` has no `}}`
        "select * from {{ ref('x', ' }} where a = 'b' {{ ref('after') }}"
            ref("x", ""… Always
            ref("after") Always
            "'": this string has no closing quote
        "select * from {{ ref('x', ') }} where a = 'b' {{ ref('after') }}"
            ref("x", "") Always
            ref("after") Always
            "'": this string has no closing quote
        "select * from {{ ref('x', '\nwhere a = 'b' and {{ ref('after') }}"
            ref("x", ""… Always
            ref("after") Always
            "{{": this `{{` has no `}}`
        "select * from {{ ref('x' where a = 'b'\n {{ ref('after') }}"
            ref("x"… Always
            ref("after") Always
            "{{": this `{{` has no `}}`
        "select * from {{ ref('x }} , {{ ref('after') }}"
            ref("x"… Always
            ref("after") Always
            "'": this string has no closing quote
        "{{ config(\n  materialized='table',\n  tags=['a'\nselect * from {{ ref('after') }}"
            config(materialized="table", tags=["a"]… Always
            ref("after") Always
            "{{": this `{{` has no `}}`
        "{{ ref('x'\n{% if a %}{{ ref('after') }}{% endif %}"
            ref("x"… Always
            ref("after") Unknown
            "{{": this `{{` has no `}}`
        "{{ ref( }} {{ ref('after') }}"
            ref(… Always
            ref("after") Always
            "": expected `)`
        "{{ ref('x') } {{ ref('after') }}"
            ref("x") Always
            ref("after") Always
            "}": `{{` is closed by `}}`
        "{% set x = {'a': 1 %}{{ ref('after') }}"
            ref("after") Always
            "": expected `,` or `}`
        "{% if %}{{ ref('after') }}{% else %}{% endfor %}{{ ref('z') }}"
            ref("after") Unknown
            ref("z") Unknown
            "{% if %}": this `if` has no `{% endif %}`
            "": expected a value
            "{% endfor %}": there is no open `for` that this ends
        "{{ ref(, 'x') }}{{ ref('a' 1, 'b') }}{{ ref('after') }}"
            ref(?, "x") Always
            ref("a", "b") Always
            ref("after") Always
            ",": expected a value, found `,`
            "1": expected `,` or `)`, found `1`
        "{# open\n{{ ref('after') }}"
            ref("after") Always
            "{#": this comment has no `#}`
        "{% raw %}{{ ref('after') }}"
            ref("after") Always
            "{% raw %}": this `raw` has no `{% endraw %}`
    "#]]
    .assert_eq(&out);
}

#[test]
fn nothing_overflows_and_nothing_is_slow() {
    for unit in [
        "((((",
        "[[[[",
        "{{{{",
        "{{ (",
        "{% if a %}",
        "not ",
        "- ",
        "a.",
        "a+",
        "a|f",
        "a[",
        "f(a",
        "'\\' ",
        "{{ '",
        "{{ \"'",
        "{# ",
        "{% raw %}",
        "a if b else ",
        "a ~ ",
        "{'a':",
        "{{ a from '{{' ",
        "{% for x in [1,2] %}",
        "{% macro a() %}",
        "{% set a = [b, b] %}",
        "{% else %}",
        "{{ f('x', \n",
    ] {
        for start in ["", "{{ "] {
            let text = start.to_owned() + &unit.repeat(30_000 / unit.len());
            let template = parse(&text);
            let _ = calls(&template);
            let _ = parse_expression(&text, 0);
        }
    }
}
