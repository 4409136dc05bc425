//! What templates do, told by the calls that they make.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Inputs, Library, Node, Target, render};
use crate::dbt::Value;
use crate::syntax::jinja::{self, BlockKind, Constant};

/// The calls of a template with the macros of a project, and whether it is understood.
fn made(macros: &str, template: &str) -> String {
    let vars = vec![
        ("on".into(), Value::Bool(true)),
        (
            "tables".into(),
            Value::List(vec![Value::Text("a".into()), Value::Text("b".into())]),
        ),
        (
            "shop".into(),
            Value::Map(vec![("own".into(), Value::Text("mine".into()))]),
        ),
    ];
    let environment = BTreeMap::from([("STAGE".to_owned(), "dev".to_owned())]);
    let target = Target {
        name: Some("prod".into()),
        adapter: Some("duckdb".into()),
        ..Target::default()
    };
    let inputs = Inputs {
        vars: &vars,
        given_vars: &Vec::new(),
        dispatch: &[],
        environment: &environment,
        target: &target,
    };
    let parsed = jinja::parse(macros);
    let names: Vec<_> = jinja::blocks(&parsed)
        .iter()
        .map(|it| (it.kind, it.name))
        .collect();
    let mut library = Library::new();
    library.add("shop", std::iter::once((macros, names.into_iter())));
    let packaged = "{% macro both() %}{{ ref('p') }}{% endmacro %}";
    library.add(
        "kit",
        std::iter::once((packaged, [(BlockKind::Macro, "both")].into_iter())),
    );
    let template_tree = jinja::parse(template);
    let node = Node {
        name: "orders",
        path: "models/orders.sql",
    };
    let rendered = render(&template_tree, &library, &inputs, &node);
    let mut out = String::new();
    for made in &rendered.calls {
        let values: Vec<_> = made
            .site
            .arguments
            .iter()
            .map(|it| shown(&it.value))
            .collect();
        let place = made.site.span.of(template);
        let place = if made.is_direct {
            String::new()
        } else {
            format!(" at {place}")
        };
        let reach = match made.site.reach {
            jinja::Reach::Always => "",
            _ => "?",
        };
        write!(
            out,
            "{}{reach}({}){place}; ",
            made.site.callee.join("."),
            values.join(", ")
        )
        .unwrap();
    }
    for mistake in &rendered.mistakes {
        write!(out, "[{}] {}; ", mistake.span.of(template), mistake.message).unwrap();
    }
    out += if rendered.is_understood {
        "all"
    } else {
        "partly"
    };
    out
}

fn shown(value: &Constant<'_>) -> String {
    match value {
        Constant::Str { text, .. } => text.to_string(),
        Constant::Unknown => "?".into(),
        other => format!("{other:?}"),
    }
}

#[track_caller]
fn check(template: &str, expected: &str) {
    assert_eq!(made("", template), expected, "{template}");
}

#[test]
fn conditions_decide_which_refs_dbt_sees() {
    check(
        "{% if false %}{{ ref('a') }}{% else %}{{ ref('b') }}{% endif %}",
        "ref(b); all",
    );
    check("{% if var('on') %}{{ ref('a') }}{% endif %}", "ref(a); all");
    check("{% if var('off', false) %}{{ ref('a') }}{% endif %}", "all");
    check(
        "{% if execute or is_incremental() %}{{ ref('a') }}{% endif %}",
        "all",
    );
    check(
        "{% if target.name == 'dev' %}{{ ref('a') }}{% else %}{{ ref('b') }}{% endif %}",
        "ref(b); all",
    );
    check(
        "{{ ref('a') if env_var('STAGE') == 'dev' else ref('b') }}",
        "ref(a); all",
    );
    check(
        "{% if var('own') == 'mine' and not var('none', none) %}{{ ref(var('own')) }}{% endif %}",
        "ref(mine); all",
    );
    check(
        "{# {{ ref('a') }} #}{% raw %}{{ ref('b') }}{% endraw %}-- {{ ref('c') }}",
        "ref(c); all",
    );
}

#[test]
fn what_is_not_known_is_partly_understood() {
    check(
        "{% if run_started_at.day == 1 %}{{ ref('a') }}{% endif %}{{ ref('b') }}",
        "ref?(a); ref(b); partly",
    );
    check(
        "{% if dbt_version %}{{ ref('a') }}{{ ref('b') }}{% else %}{{ ref('a') }}{% endif %}",
        "ref(a); ref?(b); ref(a); partly",
    );
    check(
        "{% if modules.re.match('a', 'b') %}select 1{% endif %}{{ ref('b') }}",
        "ref(b); all",
    );
    check(
        "{% set x = 'a' %}{% if dbt_version %}{% set x = 'b' %}{% endif %}{{ ref(x) }}",
        "ref(?); partly",
    );
    check(
        "{% set l = [] %}{% for i in invocation_id %}{% do l.append('a') %}{% endfor %}{% for x in l %}{{ ref(x) }}{% endfor %}",
        "ref?(?); partly",
    );
    check("{{ unknown_macro('a') }}{{ ref('b') }}", "ref(b); partly");
    check(
        "{{ missing_package.star(from=ref('a')) }}",
        "ref(a); partly",
    );
}

#[test]
fn values_are_pythons() {
    check(
        "{% set l = ['a'] %}{% set m = l %}{% do m.append('b') %}{% for x in l %}{{ ref(x) }}{% endfor %}",
        "ref(a); ref(b); all",
    );
    check(
        "{% set d = {'x': 'a'} %}{% do d.update({'y': 'b'}) %}{% for k, v in d.items() %}{{ ref(v ~ '_' ~ k) }}{% endfor %}",
        "ref(a_x); ref(b_y); all",
    );
    check(
        "{% set ns = namespace(n='a') %}{% for i in range(3) %}{% set ns.n = ns.n ~ i %}{% endfor %}{{ ref(ns.n) }}",
        "ref(a012); all",
    );
    check(
        "{% set x = 'out' %}{% for i in [1] %}{% set x = 'in' %}{% endfor %}{{ ref(x) }}",
        "ref(out); all",
    );
    check(
        "{% set x %}a{{ 1 + 1 }}{% endset %}{{ ref(x | upper) }}",
        "ref(A2); all",
    );
    check(
        "{{ ref('a_b_c'.split('_')[-1]) }}{{ ref(['x', 'y'] | join('-')) }}{{ ref('%s' | replace('%s', 'z')) }}",
        "ref(c); ref(x-y); ref(z); all",
    );
    check(
        "{% for t in var('tables') if t != 'a' %}{{ ref(t) }}{% else %}{{ ref('none') }}{% endfor %}",
        "ref(b); all",
    );
    check(
        "{% for t in ['a', 'b', 'c'] %}{% if loop.last %}{{ ref(t) }}{% endif %}{% if t == 'b' %}{% break %}{% endif %}{% endfor %}",
        "all",
    );
    check(
        "{{ ref('v' ~ (7 // 2) ~ (-7 % 3) ~ 1.5 ~ none ~ true ~ [1, 'a']) }}",
        "ref(v321.5NoneTrue[1, 'a']); all",
    );
    check(
        "{{ ref({'a': [{'b': 'deep'}]}.a[0]['b']) }}{{ ref(([3, 1, 2] | sort | first) | string) }}",
        "ref(deep); ref(1); all",
    );
    check(
        "{{ ref((['b', 'a'] | map('upper') | list)[1]) }}{{ ref([{'n': 'x', 'k': 1}, {'n': 'y'}] | selectattr('k', 'defined') | map(attribute='n') | first) }}",
        "ref(A); ref(x); all",
    );
}

#[test]
fn macros_are_called_as_jinja_calls_them() {
    let macros = "
{% macro table(name, prefix='stg') %}{{ return(ref(prefix ~ '_' ~ name)) }}{% endmacro %}
{% macro wrap() %}{{ caller('x') }}{% endmacro %}
{% macro more() %}{% for a in varargs %}{{ ref(a) }}{% endfor %}{{ kwargs.b }}{% endmacro %}
{% macro text(a) %}t_{{ a }}{% endmacro %}
{% macro again() %}{{ again() }}{% endmacro %}
{% macro dispatched() %}{{ adapter.dispatch('dispatched')() }}{% endmacro %}
{% macro default__dispatched() %}{{ ref('default') }}{% endmacro %}
{% macro duckdb__dispatched() %}{{ ref('duck') }}{% endmacro %}";
    let check = |template: &str, expected: &str| {
        assert_eq!(made(macros, template), expected, "{template}");
    };
    check("{{ table('a') }}", "ref(stg_a) at table('a'); all");
    check(
        "{{ table('a', prefix='x') }}{{ shop.table(name='b') }}",
        "ref(x_a) at table('a', prefix='x'); ref(stg_b) at shop.table(name='b'); all",
    );
    check(
        "{% call(n) wrap() %}{{ ref(n) }}{% endcall %}",
        "ref(x); all",
    );
    check(
        "{{ more('a', 'b', b=1) }}",
        "ref(a) at more('a', 'b', b=1); ref(b) at more('a', 'b', b=1); all",
    );
    check("{{ ref(text('a')) }}", "ref(t_a); all");
    check(
        "{{ again() }}",
        "[again()] in a macro that is called here: macro `again` calls itself with the same arguments, endlessly; partly",
    );
    check("{{ dispatched() }}", "ref(duck) at dispatched(); all");
    check("{{ kit.both() }}", "ref(p) at kit.both(); all");
    check(
        "{{ text('a', 'b') }}",
        "[text('a', 'b')] macro `text` takes one argument, and 2 are given; partly",
    );
    check("{{ text() }}{{ ref('a') }}", "ref(a); all");
    check(
        "{% macro own(x) %}{{ ref(x) }}{% endmacro %}{{ own('a') }}",
        "partly",
    );
}

#[test]
fn an_argument_that_sql_cannot_do_without_is_missed() {
    let macros = "{% macro cents(column) %}({{ column }} / 100){% endmacro %}
{% macro maybe(column) %}{% if column %}({{ column }} / 100){% endif %}{% endmacro %}
{% macro last(column) %}f(a {{ column }}){% endmacro %}";
    assert_eq!(
        made(macros, "{{ cents() }}"),
        "[cents()] macro `cents` needs its argument `column`; all"
    );
    assert_eq!(
        made(
            macros,
            "{{ maybe() }}{{ last() }}{{ cents(*x) }}{{ cents(column=1) }}"
        ),
        "all"
    );
}

#[test]
fn json_is_read() {
    check(
        "{% set x %}[{\"a\": [\"b\", 1.5, null, true]}]{% endset %}{{ ref(fromjson(x)[0].a[0]) }}",
        "ref(b); all",
    );
    check("{% if fromjson('{') %}{{ ref('a') }}{% endif %}", "all");
}

#[test]
fn what_asks_a_warehouse_gives_what_it_gives_while_parsing() {
    check(
        "{% set r = run_query('select 1') %}{% for x in r %}{{ ref(x) }}{% endfor %}",
        "all",
    );
    check(
        "{% set r = run_query('select 1') %}{% for x in r.columns[0].values() %}{{ ref(x) }}{% endfor %}",
        "[r] `run_query` gives nothing while dbt parses: ask for it under `execute`; partly",
    );
    check(
        "{% call statement('x') %}{{ ref('a') }}{% endcall %}{{ load_result('x') }}",
        "all",
    );
    check(
        "{% if adapter.get_relation('a', 'b', 'c') is none %}{{ ref('a') }}{% endif %}",
        "ref(a); all",
    );
    check(
        "{{ config(materialized=config.get('x', 'view') or 'table') }}",
        "config(table); all",
    );
    check(
        "{{ exceptions.raise_compiler_error('no') }}{{ ref('a') }}",
        "[exceptions.raise_compiler_error('no')] this stops dbt: no; partly",
    );
    check(
        "{{ ref('a').include(database=false) }}{{ this.schema }}",
        "ref(a); all",
    );
}

#[test]
fn nothing_runs_away() {
    check(
        "{% for i in range(1000000000) %}{{ ref('a') }}{% endfor %}",
        "partly",
    );
    check(
        "{% for i in range(9999) %}{% for j in range(9999) %}{% set x = i %}{% endfor %}{% endfor %}",
        "partly",
    );
    check(
        "{% set n = namespace(s='aaaaaaaaaa') %}{% for i in range(99) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
        "partly",
    );
    check(
        "{% set n = namespace(l=[]) %}{% for i in range(9999) %}{% set n.l = [n.l] %}{% endfor %}{{ n.l }}{{ ref('a') }}",
        "ref(a); all",
    );
    check(
        "{% set l = [] %}{% do l.append(l) %}{{ l == l }}{{ l }}{{ ref('a') }}",
        "ref(a); all",
    );
    let deep = format!("{{{{ {}1{} }}}}", "(".repeat(400), ")".repeat(400));
    assert!(!made("", &deep).is_empty());
    let deep = "{% if true %}".repeat(2000);
    assert!(!made("", &deep).is_empty());
    let calls = "{% macro m(x) %}{% if true %}{% for i in [1] %}{{ m([m([x])]) }}{% endfor %}{% endif %}{% endmacro %}";
    assert_eq!(made(calls, "{{ m(1) }}"), "partly");
}
