//! What of a manifest is worth keeping in a repository: all but dbt's own macros, and nothing that
//! depends on the day or the machine.

use serde_json::{Map, Value, json};

/// What an entry tells of the time and the place of its parsing.
const VOLATILE_OF_NODE: [&str; 3] = ["created_at", "root_path", "build_path"];
/// What the metadata tells of one run of dbt on one machine.
const VOLATILE_OF_RUN: [&str; 4] = [
    "invocation_id",
    "invocation_started_at",
    "run_started_at",
    "user_id",
];

/// A manifest without dbt's own macros and docs, without identities, times of parsing and paths of the disk.
pub fn trimmed(mut manifest: Value) -> Value {
    let project = manifest
        .pointer("/metadata/project_name")
        .and_then(Value::as_str);
    let project = project.unwrap_or_default().to_owned();
    if let Some(metadata) = object(&mut manifest, "metadata") {
        for name in VOLATILE_OF_RUN {
            metadata.remove(name);
        }
        metadata.insert("env".to_owned(), Value::Object(Map::new()));
    }
    for kind in ["macros", "docs"] {
        if let Some(entries) = object(&mut manifest, kind) {
            entries.retain(|_, entry| package_of(entry) == Some(&project));
        }
    }
    if let Some(nodes) = object(&mut manifest, "nodes") {
        // dbt-loom gives the nodes of other projects another checksum each time.
        let foreign = nodes
            .values_mut()
            .filter(|node| package_of(node) != Some(&project));
        for node in foreign.filter_map(Value::as_object_mut) {
            node.insert(
                "checksum".to_owned(),
                json!({"name": "none", "checksum": ""}),
            );
        }
    }
    strip(&mut manifest);
    manifest
}

/// A manifest without the time at which it was made, for comparing.
pub fn without_time(manifest: &Value) -> Value {
    let mut manifest = manifest.clone();
    if let Some(metadata) = object(&mut manifest, "metadata") {
        metadata.remove("generated_at");
    }
    manifest
}

/// Removes the volatile keys of every entry.
fn strip(manifest: &mut Value) {
    let Some(maps) = manifest.as_object_mut() else {
        return;
    };
    for entries in maps.values_mut().filter_map(Value::as_object_mut) {
        for entry in entries.values_mut().filter_map(Value::as_object_mut) {
            for name in VOLATILE_OF_NODE {
                entry.remove(name);
            }
        }
    }
}

fn package_of(entry: &Value) -> Option<&str> {
    entry.get("package_name").and_then(Value::as_str)
}

fn object<'value>(
    manifest: &'value mut Value,
    key: &str,
) -> Option<&'value mut Map<String, Value>> {
    manifest.get_mut(key).and_then(Value::as_object_mut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_macros_of_the_project_stay() {
        let manifest = trimmed(json!({
            "metadata": {"project_name": "shop", "user_id": "someone"},
            "macros": {"macro.dbt.run": {"package_name": "dbt"}, "macro.shop.month": {"package_name": "shop"}},
            "nodes": {
                "model.shop.orders": {"package_name": "shop", "created_at": 1.5, "checksum": "kept"},
                "model.stock.goods": {"package_name": "stock", "checksum": "random"},
            },
        }));
        let wanted = json!({
            "metadata": {"project_name": "shop", "env": {}},
            "macros": {"macro.shop.month": {"package_name": "shop"}},
            "nodes": {
                "model.shop.orders": {"package_name": "shop", "checksum": "kept"},
                "model.stock.goods": {
                    "package_name": "stock",
                    "checksum": {"name": "none", "checksum": ""},
                },
            },
        });
        assert_eq!(manifest, wanted);
    }

    #[test]
    fn manifests_of_two_days_are_equal_without_their_time() {
        let monday = json!({"metadata": {"generated_at": "monday"}, "nodes": {}});
        let tuesday = json!({"metadata": {"generated_at": "tuesday"}, "nodes": {}});
        assert_eq!(without_time(&monday), without_time(&tuesday));
    }
}
