//! What is being typed where the cursor (`$0`) stands?

use expect_test::{Expect, expect};

use crate::syntax::jinja;
use crate::syntax::sql::{Dialect, Place, RelationKind, SelectId, Tree, cursor_at};

fn check(marked: &str, expected: &Expect) {
    let offset = marked.find("$0").unwrap();
    let text = marked.replace("$0", "");
    let cursor = cursor_at(&text, &jinja::parse(&text), Dialect::Generic, offset);
    let tree = &cursor.tree;
    let shown = match cursor.place {
        Place::Nothing => "nothing".to_owned(),
        Place::NewName => "new name".to_owned(),
        Place::Relation { word, .. } => format!("relation {:?}", word.of(&text)),
        Place::Column {
            select,
            clause,
            word,
        } => format!(
            "column {:?} in {clause:?} of {}",
            word.of(&text),
            seen(&text, tree, select)
        ),
        Place::Member {
            select,
            qualifier,
            word,
        } => {
            let names: Vec<_> = qualifier.iter().map(|name| name.text(&text)).collect();
            let seen = seen(&text, tree, select);
            format!(
                "member {:?} of {} in {seen}",
                word.of(&text),
                names.join(".")
            )
        }
        Place::DataType { word } => format!("type {:?}", word.of(&text)),
    };
    expected.assert_eq(&shown);
}

/// The relations of a select.
fn seen(text: &str, tree: &Tree, select: SelectId) -> String {
    let relations = tree.select(select).relations.iter();
    let names = relations.map(|relation| match (&relation.alias, &relation.kind) {
        (Some(alias), _) => alias.text(text).into_owned(),
        (None, RelationKind::Named(path)) => tree.path(*path)[0].text(text).into_owned(),
        (None, _) => "?".to_owned(),
    });
    format!("[{}]", names.collect::<Vec<_>>().join(", "))
}

#[test]
fn columns_are_typed_in_a_select_list() {
    check(
        "select a, $0 from x",
        &expect![[r#"column "" in List of [x]"#]],
    );
    check(
        "with c as (select $0 from x y) select b from c",
        &expect![[r#"column "" in List of [y]"#]],
    );
    check(
        "select a, coalesce(am$0 from x",
        &expect![[r#"column "am" in List of [x]"#]],
    );
}

#[test]
fn members_are_typed_behind_a_dot() {
    check(
        "select o.$0 from orders o join lines l on l.x = o.y",
        &expect![[r#"member "" of o in [o, l]"#]],
    );
    check(
        "select a from orders o where o.stat$0\ngroup by 1",
        &expect![[r#"member "stat" of o in [o]"#]],
    );
    check(
        "select (select max(l.$0) from lines l where l.id = o.id) from orders o",
        &expect![[r#"member "" of l in [l]"#]],
    );
}

#[test]
fn relations_are_typed_behind_from_and_join() {
    check("select a from $0", &expect![[r#"relation """#]]);
    check("select a from x join y$0", &expect![[r#"relation "y""#]]);
    check("select a from x, $0 where b", &expect![[r#"relation """#]]);
    check(
        "select extract(year from $0) from x",
        &expect![[r#"column "" in List of [x]"#]],
    );
}

#[test]
fn types_are_typed_in_casts() {
    check("select cast(a as $0 from x", &expect![[r#"type """#]]);
    check("select a::int$0 from x", &expect![[r#"type "int""#]]);
}

#[test]
fn nothing_is_typed_where_nothing_can_stand() {
    check("select a as $0 from x", &expect!["new name"]);
    check("select 'a $0 b' from x", &expect!["nothing"]);
    check("select a -- b $0\nfrom x", &expect!["nothing"]);
    check("select a /* $0 */ from x", &expect!["nothing"]);
    check("select a $0 from x", &expect!["nothing"]);
    check("select {{ x $0 }} from y", &expect!["nothing"]);
}

#[test]
fn each_branch_has_its_own_select() {
    check(
        "{% if a %} select b from x {% else %} select $0 from y {% endif %}",
        &expect![[r#"column "" in List of [y]"#]],
    );
}

#[test]
fn conditions_see_all_relations() {
    check(
        "select a from x join y on x.i = $0",
        &expect![[r#"column "" in On of [x, y]"#]],
    );
}
