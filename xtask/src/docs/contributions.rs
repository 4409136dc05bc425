//! The settings in the VS Code extension's package.json: the same table as that of the server.

use std::path::{Path, PathBuf};

use dbt_mesh_lsp::rules::RuleId;
use dbt_mesh_lsp::settings::{EXTENSION_KEYS, Feature, Holds, Key};
use serde_json::{Map, Value, json};

/// Stands before the generated part.
const BEGIN: &str = "    \"configuration\": ";
/// Stands behind it.
const END: &str = ",\n    \"grammars\"";

/// package.json with the settings that there are, and the version of the server.
pub fn page(root: &Path) -> Result<(PathBuf, String), String> {
    let path = root.join("editors/vscode/package.json");
    let text = std::fs::read_to_string(&path)
        .map_err(|error| format!("read {}: {error}", path.display()))?;
    let text = with_version(&text, &version(root)?);
    let missing = || format!("{} has not the places to write at", path.display());
    let (before, rest) = text.split_once(BEGIN).ok_or_else(missing)?;
    let (_, after) = rest.split_once(END).ok_or_else(missing)?;
    let block = serde_json::to_string_pretty(&configuration()).map_err(|it| it.to_string())?;
    let block = block.replace('\n', "\n    ");
    Ok((path, [before, BEGIN, &block, END, after].concat()))
}

/// The version in Cargo.toml: the one of everything.
fn version(root: &Path) -> Result<String, String> {
    let path = root.join("Cargo.toml");
    let text = std::fs::read_to_string(&path)
        .map_err(|error| format!("read {}: {error}", path.display()))?;
    let mut lines = text.lines();
    let version = lines.find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
    version
        .map(ToOwned::to_owned)
        .ok_or_else(|| format!("{} has no version", path.display()))
}

fn with_version(text: &str, version: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        if line.starts_with("  \"version\": ") {
            format!("  \"version\": \"{version}\",\n")
        } else {
            line.to_owned()
        }
    });
    lines.collect()
}

fn configuration() -> Value {
    let mut properties = Map::new();
    for key in Key::ALL {
        match key.holds() {
            Holds::Switches => properties.extend(Feature::ALL.map(|feature| {
                let name = format!("dbtMesh.{}.{}", key.name(), feature.name());
                let property = json!({
                    "type": "boolean", "default": true, "markdownDescription": feature.doc(),
                });
                (name, property)
            })),
            Holds::Severities
            | Holds::Paths
            | Holds::Path
            | Holds::Text
            | Holds::Number
            | Holds::Flag => {
                properties.insert(format!("dbtMesh.{}", key.name()), property(key));
            }
        }
    }
    for key in EXTENSION_KEYS {
        let mut property = json!({
            "type": "string", "default": key.default, "markdownDescription": key.doc,
            "scope": if key.is_of_machine { "machine" } else { "window" },
        });
        if let (false, Some(object)) = (key.choices.is_empty(), property.as_object_mut()) {
            object.insert("enum".into(), json!(key.choices));
        }
        properties.insert(format!("dbtMesh.{}", key.name), property);
    }
    json!({"title": "dbt mesh", "properties": properties})
}

fn property(key: Key) -> Value {
    let doc = key.doc();
    match key.holds() {
        Holds::Severities => {
            let severities = ["off", "hint", "information", "warning", "error"];
            let rules = RuleId::ALL.iter().map(|rule| {
                let default = rule.default_level().as_str();
                let property = json!({
                    "type": "string",
                    "enum": severities,
                    "markdownDescription": format!("{} Default: `{default}`.", rule.summary()),
                });
                (rule.as_str().to_owned(), property)
            });
            json!({
                "type": "object",
                "default": {},
                "properties": rules.collect::<Map<_, _>>(),
                "additionalProperties": false,
                "markdownDescription": doc,
            })
        }
        Holds::Paths => json!({
            "type": "object",
            "default": {},
            "additionalProperties": {"type": "string"},
            "markdownDescription": doc,
        }),
        Holds::Path | Holds::Text => {
            json!({"type": "string", "default": "", "markdownDescription": doc})
        }
        Holds::Number => json!({
            "type": "integer",
            "minimum": 0,
            "default": key.default().trim_matches('`').parse::<u32>().ok(),
            "markdownDescription": doc,
        }),
        Holds::Flag | Holds::Switches => {
            json!({"type": "boolean", "default": false, "markdownDescription": doc})
        }
    }
}
