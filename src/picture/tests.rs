use expect_test::expect;

use super::*;
use crate::dbt::ResourceType;
use crate::fixture::Fixture;
use crate::ide::{self, GraphQuestion, NodeState};

const MESH: &str = "
//- project shop needs:core
//- models/a.sql
from {{ ref('core', 'open') }} join {{ ref('core', 'closed') }} join {{ ref('core', 'gone') }}
//- models/b.sql
from {{ ref('a') }}
//- project core
//- models/raw.sql
select 1
//- models/open.sql
from {{ ref('raw') }}
//- models/closed.sql
from {{ ref('raw') }}
//- models/core.yml
models:
  - name: open
    access: public
    config: {contract: {enforced: true}}
    columns: [{name: id, data_type: integer}]
";

fn viewer(nonce: &str) -> Viewer<'_> {
    Viewer {
        nonce,
        link: "file://{path}",
    }
}

fn graph(models: &[&str], limit: usize) -> Graph {
    let question = GraphQuestion {
        models: models.iter().map(ToString::to_string).collect(),
        limit,
    };
    ide::graph(&Fixture::new(MESH).world, &question)
}

#[test]
fn mermaid_has_a_box_a_project_and_names_what_is_refused() {
    expect![[r#"
        flowchart LR
          subgraph p0["core"]
            n0["closed<br><small>protected</small>"]
            n1["gone<br><small>not there</small>"]
            n2["open<br><small>public, contract</small>"]
            n3["raw<br><small>protected</small>"]
          end
          subgraph p1["shop"]
            n4["a<br><small>protected</small>"]
            n5["b<br><small>protected</small>"]
          end
    "#]]
    .assert_eq(mermaid(&graph(&[], 99)).split("  n0 -").next().unwrap());
}

#[test]
fn a_page_is_drawn_whatever_the_graph_is() {
    let models = (0..60).map(|at| {
        let (near, far) = ((at + 1) % 60, (at * 7 + 3) % 60);
        let of = |at: usize| format!("{{{{ ref('m{at}') }}}}");
        format!(
            "//- models/m{at}.sql\nfrom {} join {} join {}\n",
            of(near),
            of(far),
            of(at)
        )
    });
    let chain = format!("\n//- project shop\n{}", models.collect::<String>());
    let world = Fixture::new(&chain).world;
    let whole = ide::graph(
        &world,
        &GraphQuestion {
            models: Vec::new(),
            limit: 99,
        },
    );
    for graph in [
        whole,
        graph(&[], 99),
        graph(&["nobody"], 99),
        graph(&["a"], 2),
    ] {
        let page = html(&graph, &viewer("x"));
        assert_eq!(page.matches("<g class=\"node").count(), graph.nodes.len());
        assert_eq!(page.matches("class=\"edge").count(), graph.edges.len());
        assert!(!page.contains("NaN") && !page.contains("{{"), "{page}");
        assert!(dot(&graph).ends_with("}\n"));
        assert!(json(&graph).contains("\"version\": 1"));
    }
}

#[test]
fn thousands_of_nodes_are_drawn_in_boxes_that_do_not_meet() {
    let node = |at: usize| GraphNode {
        id: format!("n{at}"),
        project: format!("p{}", at % 40),
        name: format!("model_{at}"),
        version: None,
        kind: ResourceType::Model,
        access: None,
        has_contract: false,
        columns: Vec::new(),
        is_asked: false,
        state: NodeState::Known,
        made: None,
    };
    // Each one reads three of the others; some read each other in a circle.
    let reads = |to: usize| [to / 2, to / 3, (to + 7) % 3000].map(|from| (from, to));
    let edges = (1..3000).flat_map(reads).map(|(from, to)| GraphEdge {
        from,
        to,
        problem: None,
    });
    let graph = Graph {
        nodes: (0..3000).map(node).collect(),
        edges: edges.collect(),
        left_out: 0,
    };
    let layout = super::layout::layout(&graph);
    assert_eq!(
        (layout.nodes.len(), layout.edges.len()),
        (3000, graph.edges.len())
    );
    let mut boxes: Vec<_> = layout.projects.iter().map(|(_, it)| *it).collect();
    boxes.sort_by(|left, right| left.y.total_cmp(&right.y));
    assert_eq!(boxes.len(), 40);
    for pair in boxes.windows(2) {
        assert!(pair[0].y + pair[0].height < pair[1].y, "{pair:?}");
    }
    assert!(html(&graph, &viewer("n")).len() > 1_000_000);
}

#[test]
fn names_cannot_leave_their_place() {
    let mut graph = graph(&["a"], 99);
    for node in &mut graph.nodes {
        node.name = "</script><b>\"&\\\n".to_owned();
        node.project = "<i>\"]".to_owned();
    }
    let page = html(&graph, &viewer("\"><script>"));
    assert_eq!(page.matches("</script>").count(), 2, "{page}");
    assert!(!page.contains("<b>\"") && !page.contains("<i>"), "{page}");
    assert!(page.contains("script-src 'nonce-script'"), "{page}");
    assert!(!mermaid(&graph).contains("</script>"));
}
