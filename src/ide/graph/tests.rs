#![expect(
    clippy::needless_raw_string_hashes,
    reason = "the hashes are written by expect-test"
)]

use expect_test::{Expect, expect};

use crate::fixture::Fixture;
use crate::ide::{self, GraphQuestion, NodeState};

const MESH: &str = "
//- project shop needs:core,stock
//- models/a.sql
from {{ ref('core', 'open') }} join {{ ref('core', 'closed') }} join {{ ref('core', 'gone') }}
//- models/b.sql
from {{ ref('a') }} join {{ ref('stock', 'products') }}
//- models/alone.sql
select 1
//- project core
//- models/raw.sql
select 1
//- models/open.sql access:public
from {{ ref('raw') }}
//- models/closed.sql
from {{ ref('raw') }}
//- manifest stock
//- models/deliveries.sql
select 1
//- models/products.sql access:public
from {{ ref('deliveries') }}
";

fn check(models: &[&str], limit: usize, expected: &Expect) {
    let question = GraphQuestion {
        models: models.iter().map(ToString::to_string).collect(),
        limit,
    };
    let graph = ide::graph(&Fixture::new(MESH).world, &question);
    let name = |at: usize| {
        let node = &graph.nodes[at];
        let mark = match node.state {
            NodeState::Known => "",
            NodeState::Unknown => "?",
            NodeState::Missing => "!",
        };
        let asked = if node.is_asked { "*" } else { "" };
        format!("{asked}{}.{}{mark}", node.project, node.name)
    };
    let nodes: Vec<_> = (0..graph.nodes.len()).map(name).collect();
    let edges = graph.edges.iter().map(|edge| {
        let problem = edge
            .problem
            .map_or(String::new(), |why| format!(" ({why})"));
        format!("{} -> {}{problem}\n", name(edge.from), name(edge.to))
    });
    let edges: String = edges.collect();
    expected.assert_eq(&format!(
        "{}\n{edges}{} left out\n",
        nodes.join(" "),
        graph.left_out
    ));
}

#[test]
fn a_model_is_shown_with_all_that_is_upstream_and_downstream() {
    check(
        &["a"],
        99,
        &expect![[r#"
        core.closed core.gone! core.open core.raw *shop.a shop.b
        core.closed -> *shop.a (protected)
        core.gone! -> *shop.a (no such model)
        core.open -> *shop.a
        core.raw -> core.closed
        core.raw -> core.open
        *shop.a -> shop.b
        0 left out
    "#]],
    );
}

#[test]
fn what_only_a_manifest_has_goes_on_upstream() {
    check(
        &["stock.products"],
        99,
        &expect![[r#"
        shop.b *stock.products
        *stock.products -> shop.b
        0 left out
    "#]],
    );
}

#[test]
fn the_nearest_are_kept() {
    check(
        &["raw"],
        3,
        &expect![[r#"
        core.closed core.open *core.raw
        *core.raw -> core.closed
        *core.raw -> core.open
        2 left out
    "#]],
    );
}

#[test]
fn without_a_name_it_is_the_whole_mesh_or_what_crosses() {
    check(
        &[],
        99,
        &expect![[r#"
        core.closed core.gone! core.open core.raw shop.a shop.alone shop.b stock.deliveries stock.products
        core.closed -> shop.a (protected)
        core.gone! -> shop.a (no such model)
        core.open -> shop.a
        core.raw -> core.closed
        core.raw -> core.open
        shop.a -> shop.b
        stock.products -> shop.b
        0 left out
    "#]],
    );
    check(
        &[],
        5,
        &expect![[r#"
        core.closed core.gone! core.open shop.a
        core.closed -> shop.a (protected)
        core.gone! -> shop.a (no such model)
        core.open -> shop.a
        5 left out
    "#]],
    );
}

#[test]
fn a_name_that_nothing_has_shows_nothing() {
    check(
        &["nobody"],
        9,
        &expect![[r#"

        0 left out
    "#]],
    );
}

#[test]
fn a_node_leads_to_its_file() {
    let world = Fixture::new(MESH).world;
    assert!(ide::place_of(&world, "model.shop.a").is_some());
    assert!(ide::place_of(&world, "model.stock.products").is_some());
    assert!(ide::place_of(&world, "model.shop.nobody").is_none());
    let models = ide::models_of(&world, std::path::Path::new("/mesh/shop/models/a.sql"));
    assert_eq!(models, ["model.shop.a"]);
}
