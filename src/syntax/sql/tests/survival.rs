//! Every text has a tree, whatever it is: cut, deep, long, strange.

use std::fmt::Write as _;

use super::outline::parsed;
use super::samples::SAMPLES;
use crate::syntax::jinja;
use crate::syntax::sql::{Dialect, Outside, Sql, cursor_at, parse, resolve};

/// What every tree holds to.
fn check(text: &str, sql: &Sql) {
    for tree in &sql.trees {
        for (index, expression) in tree.expressions.iter().enumerate() {
            assert!(expression.first as usize <= index);
            assert!(text.get(expression.span.range()).is_some(), "{text}");
        }
        for reference in &tree.references {
            assert!(text.get(reference.span.range()).is_some(), "{text}");
            assert!(!tree.path(reference.path).is_empty());
        }
        for query in &tree.queries {
            assert!(text.get(query.span.range()).is_some(), "{text}");
        }
        for select in &tree.selects {
            assert!(text.get(select.span.range()).is_some(), "{text}");
            assert!(text.get(select.list.range()).is_some(), "{text}");
        }
        assert_eq!(tree.finished.len(), tree.queries.len(), "{text}");
        let scopes = resolve(text, tree, &|_| Outside::default());
        assert_eq!(scopes.references.len(), tree.references.len());
        if let Some(root) = tree.root {
            for column in 0..scopes.query(root).unwrap().names.len().min(4) {
                let inputs = scopes.inputs(tree, root, column);
                assert!(
                    inputs
                        .iter()
                        .all(|input| scopes.relation(input.relation).is_some())
                );
            }
        }
    }
}

#[test]
fn every_prefix_and_every_suffix_has_a_tree() {
    for sample in SAMPLES {
        let cuts = sample.char_indices().map(|(at, _)| at);
        for at in cuts.chain([sample.len()]) {
            // Each cut in two dialects, in turn: all of them come by.
            for dialect in [Dialect::ALL[at % 11], Dialect::ALL[(at / 11) % 11]] {
                check(&sample[..at], &parsed(&sample[..at], dialect));
            }
            check(&sample[at..], &parsed(&sample[at..], Dialect::DuckDb));
        }
    }
}

#[test]
fn a_text_without_any_one_of_its_tokens_has_a_tree() {
    for sample in SAMPLES {
        for (at, sign) in sample.char_indices() {
            if sign.is_alphanumeric() {
                continue;
            }
            let mut text = (*sample).to_owned();
            text.remove(at);
            check(&text, &parsed(&text, Dialect::Snowflake));
            text.insert(at, '\n');
            check(&text, &parsed(&text, Dialect::BigQuery));
        }
    }
}

#[test]
fn deep_texts_need_little_stack() {
    let openings = [
        "(",
        "f(",
        "case ",
        "case when ",
        "select (",
        "select * from (",
        "with a as (",
        "not ",
        "- ",
        "[",
        "{",
        "cast(",
        "a + (",
        "exists (select ",
        "x -> ",
        "a::b<",
        "from (",
        "array<",
        "over (",
        "with a as (select ",
        "select f((select ",
        "interval (",
        "'",
        "\"",
        "/*",
        "$$",
        "$a$ ",
        "{{ ",
        "a.",
        "*",
        "a between ",
        "values (",
        "lateral view ",
        "x is distinct from ",
    ];
    for opening in openings {
        for dialect in [Dialect::Generic, Dialect::ClickHouse] {
            let text = opening.repeat(4_000);
            check(&text, &parse(&text, dialect));
            let text = format!("select {text}");
            check(&text, &parse(&text, dialect));
        }
    }
}

#[test]
fn long_chains_are_flat() {
    for link in [
        "a + ",
        "a or ",
        "a, ",
        "a || ",
        "(a), ",
        "x as y, ",
        "a from t, ",
        "select a union all ",
    ] {
        let text = format!("select {} b from t", link.repeat(10_000));
        check(&text, &parse(&text, Dialect::Generic));
    }
}

#[test]
fn strange_bytes_are_text_like_any_other() {
    for text in [
        "\u{1}\u{1}",
        "select \u{1}",
        "\u{feff}select é, \u{a0}ü from 表",
        "select '\u{1}' as ä",
    ] {
        check(text, &parsed(text, Dialect::Postgres));
    }
}

#[test]
fn stars_over_stars_do_not_eat_memory() {
    let mut text = "with c0 as (select 1 as a, 2 as b)".to_owned();
    for at in 0..60 {
        let next = at + 1;
        write!(text, ", c{next} as (select x.*, y.* from c{at} x, c{at} y)").unwrap();
    }
    text += " select * from c60";
    check(&text, &parse(&text, Dialect::DuckDb));
}

#[test]
fn the_cursor_may_stand_anywhere() {
    for sample in SAMPLES {
        let template = jinja::parse(sample);
        for (at, _) in sample.char_indices().step_by(3) {
            let cursor = cursor_at(sample, &template, Dialect::Generic, at);
            assert!(cursor.tree.root.is_some());
        }
    }
}
