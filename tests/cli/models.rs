//! What the program says that it understands of each model.

use crate::mesh::two_projects;

#[test]
fn models_are_printed_with_what_they_read() {
    let mesh = two_projects();
    mesh.write(
        "sales/models/prices.sql",
        "select * from {{ source('shop', 'prices') }} {% if false %}{{ ref('gone') }}{% endif %}\n",
    );
    mesh.write(
        "sales/models/by_answer.sql",
        "select * from {{ ref(run_query('select 1')) }}\n",
    );
    let run = mesh.run(&["models"]);
    let json: serde_json::Value =
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.all()));
    let models = json["models"].as_array().unwrap();
    let shown: Vec<String> = models
        .iter()
        .map(|model| {
            format!(
                "{} {} {} {}",
                model["unique_id"], model["is_understood"], model["refs"], model["sources"]
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            r#""model.inventory.stock" true [] []"#,
            r#""model.sales.by_answer" false [] []"#,
            r#""model.sales.orders" true [{"name":"stock","package":"inventory","version":null}] []"#,
            r#""model.sales.prices" true [] [["shop","prices"]]"#,
        ]
    );
    assert_eq!(models[0]["file"], "inventory/models/stock.sql");
}
