//! Which columns does a text make, of which are they made, and which names are wrong?

use std::fmt::Write as _;
use std::sync::Arc;

use expect_test::{Expect, expect};

use super::outline::parsed;
use crate::syntax::sql::{
    Dialect, Hidden, Outside, OutsideColumn, RelationId, RelationKind, Resolution, Scopes, Source,
    Tree, outputs, resolve,
};

/// What is outside: `orders: id, amount`, one a line. Others are not known.
const OUTSIDE: &str = "orders: id, customer_id, amount\ncustomers: id, name\nwide: a, b, c";

fn outside(text: &str, source: Source<'_>) -> Outside {
    let name = match source {
        Source::Tag(span) => span.of(text).split('\'').nth(1).unwrap_or("").to_owned(),
        Source::Table(path) => path.last().unwrap().text(text).into_owned(),
    };
    let line = OUTSIDE
        .lines()
        .find_map(|line| line.strip_prefix(&format!("{name}: ")));
    let columns = line.map(|line| {
        let columns = line.split(", ").map(|name| OutsideColumn {
            name: Arc::from(name),
            is_quoted: false,
        });
        columns.collect()
    });
    Outside {
        name: Some(Arc::from(name)),
        columns,
    }
}

fn check_in(dialect: Dialect, text: &str, expected: &Expect) {
    let sql = parsed(text, dialect);
    let resolve = |tree| resolve(text, tree, &|source| outside(text, source));
    let scopes: Vec<Scopes> = sql.trees.iter().map(resolve).collect();
    let outputs = outputs(text, &sql, &scopes);
    let (tree, scopes) = (&sql.trees[0], &scopes[0]);
    let mut shown = String::new();
    for (at, output) in outputs.columns.iter().enumerate() {
        let name = output.name.as_deref().unwrap_or("_");
        let inputs = scopes.inputs(tree, tree.root.unwrap(), at);
        let inputs = inputs.iter().map(|input| {
            let relation = relation_name(text, tree, input.relation);
            let column = match (input.column, input.reference) {
                (Some(column), _) => {
                    let columns = &scopes.relation(input.relation).unwrap().columns;
                    scopes.text(columns.names[column].unwrap()).to_owned()
                }
                (None, Some(reference)) => {
                    let path = tree.reference(reference).unwrap().path;
                    format!("{}?", tree.path(path).last().unwrap().text(text))
                }
                (None, None) => "?".to_owned(),
            };
            let copy = if input.is_copy { "=" } else { "" };
            format!("{copy}{relation}.{column}")
        });
        let inputs: Vec<String> = inputs.collect();
        let arrow = if inputs.is_empty() { "" } else { " <- " };
        writeln!(shown, "{name}{arrow}{}", inputs.join(", ")).unwrap();
    }
    match outputs.hidden {
        Hidden::Nothing => {}
        Hidden::Star(by) => {
            writeln!(shown, "hidden by * of {}", relation_name(text, tree, by)).unwrap();
        }
        Hidden::At(span) => writeln!(shown, "hidden at {:?}", span.of(text)).unwrap(),
    }
    for (reference, resolution) in tree.references.iter().zip(&scopes.references) {
        let written = reference.span.of(text);
        let said = match resolution {
            Resolution::NoColumnIn(_) => "no such column",
            Resolution::NoColumn(_) => "no column",
            Resolution::NoRelation(_) => "no relation",
            Resolution::Ambiguous(..) => "ambiguous",
            _ => continue,
        };
        writeln!(shown, "{said}: {written}").unwrap();
    }
    expected.assert_eq(&shown);
}

fn relation_name(text: &str, tree: &Tree, id: RelationId) -> String {
    let relation = &tree.select(id.select).relations[id.relation];
    match relation.kind {
        RelationKind::Jinja(span) => span.of(text).split('\'').nth(1).unwrap_or("?").to_owned(),
        RelationKind::Named(path) => tree.path(path).last().unwrap().text(text).into_owned(),
        _ => "?".to_owned(),
    }
}

fn check(text: &str, expected: &Expect) {
    check_in(Dialect::DuckDb, text, expected);
}

#[test]
fn columns_come_through_ctes_and_stars() {
    check(
        "with o as (select * from {{ ref('orders') }}), s as (select customer_id as c, sum(amount) as total from o group by 1)\n\
         select s.*, cu.name from s join {{ ref('customers') }} cu on cu.id = s.c",
        &expect!["c <- =orders.customer_id\ntotal <- orders.amount\nname <- =customers.name\n"],
    );
}

#[test]
fn set_operations_join_what_columns_are_made_of() {
    check(
        "select id, amount as a from orders union all select id, 0 from customers",
        &expect!["id <- =orders.id, =customers.id\na <- =orders.amount\n"],
    );
}

#[test]
fn columns_that_are_not_there_are_seen_through_everything() {
    check(
        "with o as (select id, amuont from {{ ref('orders') }})\n\
         select o.id, o.amount, x.id, nmae, (select max(cu.nam) from customers cu where cu.id = o.id) as m\n\
         from o join customers c using (id) where missing > 1",
        &expect![[r"
            id <- =orders.id
            amount
            id
            nmae
            m <- customers.id, orders.id
            no column: amuont
            no such column: o.amount
            no relation: x.id
            no column: nmae
            no such column: cu.nam
            no column: missing
        "]],
    );
}

#[test]
fn what_may_be_there_is_never_missing() {
    check(
        "select a, u.b, amount, total + 1 as t, sum(amount) as total from orders, {{ ref('unknown') }} u order by t, q",
        &expect![[r"
            a <- =unknown.a?
            b <- =unknown.b?
            amount <- =orders.amount
            t
            total <- orders.amount
        "]],
    );
    check(
        "select x, rowid, t.y from orders {{ joins() }}",
        &expect![[r"
            x
            rowid
            y
        "]],
    );
    check(
        "select {{ f() }}.x, {{ g() }} as y, list_transform(l, e -> e + z) as w, date_diff('day', a, today()) as v\n\
         from wide, (select 1 as l)",
        &expect![[r"
            x
            y
            w
            v <- wide.a
        "]],
    );
}

#[test]
fn names_that_two_relations_have_are_ambiguous() {
    check(
        "select id, amount from orders join customers on orders.customer_id = customers.id",
        &expect![[r"
            id
            amount <- =orders.amount
            ambiguous: id
        "]],
    );
    check(
        "select id, name from orders join customers using (id)",
        &expect!["id <- =orders.id\nname <- =customers.name\n"],
    );
    check(
        "select id from orders semi join customers on true",
        &expect!["id <- =orders.id\n"],
    );
    check(
        "select o.id as id from orders o join customers c on o.customer_id = c.id order by id",
        &expect!["id <- =orders.id\n"],
    );
}

#[test]
fn a_star_takes_shared_columns_once() {
    check(
        "select * from orders join customers using (id)",
        &expect![
            "id <- =orders.id\ncustomer_id <- =orders.customer_id\namount <- =orders.amount\nname <- =customers.name\n"
        ],
    );
}

#[test]
fn a_star_leaves_out_and_renames() {
    check(
        "select * exclude (b) replace (a + 1 as a) rename (c as d) from wide",
        &expect!["a <- =wide.a\nd <- =wide.c\n"],
    );
}

#[test]
fn what_hides_columns_is_said() {
    check(
        "with u as (select * from {{ ref('unknown') }}) select *, 1 as one from u",
        &expect![[r"
            one
            hidden by * of unknown
        "]],
    );
    check(
        "select a, {{ more() }} from wide",
        &expect![[r#"
            a <- =wide.a
            hidden at "{{ more() }}"
        "#]],
    );
    check(
        "select * from wide pivot (sum(a) for b in (1, 2))",
        &expect![[r#"hidden at "pivot"
"#]],
    );
    check(
        "select a {% if x %}, b {% endif %} from wide",
        &expect![[r#"
            a <- =wide.a
            b <- =wide.b
            hidden at ", b "
        "#]],
    );
    check(
        "{{ a_macro() }}",
        &expect![[r#"
        hidden at "{{ a_macro() }}"
    "#]],
    );
}

#[test]
fn branches_that_make_the_same_columns_hide_none() {
    check(
        "{% if x %} select a, b from wide {% else %} select c as a, b from wide {% endif %}",
        &expect!["a <- =wide.a\nb <- =wide.b\n"],
    );
    check(
        "{% if x %} select a from wide {% else %} select b from wide {% endif %}",
        &expect![[r#"
            a <- =wide.a
            hidden at "select b from wide"
        "#]],
    );
}

#[test]
fn a_recursive_cte_has_the_columns_of_its_first_select() {
    check(
        "with recursive n as (select id, 1 as depth from orders union all select n.id, depth + 1 from n where deep < 3) select * from n",
        &expect![[r"
            id <- =orders.id
            depth
            no column: deep
        "]],
    );
}

#[test]
fn a_cte_sees_only_those_before_it() {
    check(
        "with a as (select x from b), b as (select 1 as y) select z from a",
        &expect![[r"
            z
            no column: z
        "]],
    );
}

#[test]
fn aliases_are_seen_where_the_warehouse_sees_them() {
    let text = "select a + 1 as net, net * 2 as m from wide where net > 1 group by net having m > 1 order by m";
    check(
        text,
        &expect![[r"
        net <- wide.a
        m <- wide.a
    "]],
    );
    check_in(
        Dialect::Postgres,
        text,
        &expect![[r"
            net <- wide.a
            m
            no column: net
        "]],
    );
}

#[test]
fn quoted_names_compare_as_the_warehouse_compares_them() {
    let text = "with t as (select 1 as \"Id\", 2 as n) select id, \"Id\", N, \"n\" from t";
    check_in(
        Dialect::Snowflake,
        text,
        &expect![[r#"
            id
            Id
            N
            n
            no column: id
            no column: "n"
        "#]],
    );
    check_in(
        Dialect::DuckDb,
        text,
        &expect![[r"
            id
            Id
            N
            n
        "]],
    );
}

#[test]
fn rows_of_snowflake_and_bigquery_have_their_columns() {
    check_in(
        Dialect::Snowflake,
        "select f.value:a::string as v, f.vlaue from orders, lateral flatten(input => amount) f",
        &expect![[r"
            v
            vlaue
            no such column: f.vlaue
        "]],
    );
    check_in(
        Dialect::BigQuery,
        "select item.x, o.id, off, y from orders o, unnest(o.amount) as item with offset as off",
        &expect![[r"
            x
            id <- =orders.id
            off
            y
        "]],
    );
}

#[test]
fn half_typed_selects_blame_nothing() {
    check(
        "select a, b",
        &expect![[r"
        a
        b
    "]],
    );
    check(
        "select a, o. from ",
        &expect![[r#"
            a
            _
            hidden at "o."
        "#]],
    );
    check(
        "select a, zz from wide where (b = ",
        &expect![[r"
            a <- =wide.a
            zz
            no column: zz
        "]],
    );
}

#[test]
fn what_is_selected_may_be_named_behind_the_select() {
    check(
        "select o.id, c.name from orders o join customers c on o.customer_id = c.id group by id order by id",
        &expect![[r"
            id <- =orders.id
            name <- =customers.name
        "]],
    );
    check(
        "select o.* from orders o join customers c on o.customer_id = c.id order by id",
        &expect![[r"
            id <- =orders.id
            customer_id <- =orders.customer_id
            amount <- =orders.amount
        "]],
    );
}

#[test]
fn rows_see_only_the_relations_before_them() {
    check_in(
        Dialect::Trino,
        "select a.a from wide cross join unnest(a) as a(a)",
        &expect![[r"
            a
        "]],
    );
}

#[test]
fn two_relations_of_one_name_are_not_told_apart() {
    check(
        "select x.name, x.nothing from orders x join customers x on true",
        &expect![[r"
            name
            nothing
        "]],
    );
}

#[test]
fn macros_may_put_the_first_ctes() {
    check(
        "{{ imports() }}, o as (select a from first), p as (select b from wide) select * from o, p",
        &expect![[r"
            a
            b
        "]],
    );
}

#[test]
fn blocks_of_which_one_is_there_are_alternatives() {
    check(
        "with o as (select a from ({% if not x %} select a from wide {% endif %} {% if x %} select b as a from wide {% endif %}) w) select * from o",
        &expect![[r"
            a <- =wide.a, =wide.b
        "]],
    );
}

#[test]
fn what_is_not_understood_hides_columns() {
    check(
        "select a from wide |> extend 1 as d",
        &expect![[r#"
            a <- =wide.a
            hidden at "|"
        "#]],
    );
    check(
        "select * from wide unpivot include nulls (n for m in (a, b))",
        &expect![[r#"
            hidden at "unpivot"
        "#]],
    );
}

#[test]
fn a_condition_sees_the_relations_before_it() {
    check(
        "select name from orders o join wide on amount = a join orders p on p.id = o.id join customers c on c.id = amount",
        &expect![[r"
            name <- =customers.name
            ambiguous: amount
        "]],
    );
}
