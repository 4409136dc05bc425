use expect_test::expect;

use super::*;
use crate::fixture::Fixture;
use crate::ide::{self, GraphQuestion};

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
