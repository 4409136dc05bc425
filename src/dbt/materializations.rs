//! Which materializations do dbt and its adapters bring along? As `cargo xtask macros` reads them
//! from the installed packages.

use super::macros::{adapter_chain, is_known_adapter};

/// A line a materialization, sorted: its name, and who brings it (`dbt` or an adapter).
const TABLE: &str = include_str!("materializations.tsv");

/// The names of what models of an adapter can be without a materialization of one's own; none where
/// not all of them are known.
#[must_use]
pub fn materializations(adapter: &str) -> Option<Vec<&'static str>> {
    let is_there = |owner: &str| owner == "dbt" || adapter_chain(adapter).any(|it| it == owner);
    let lines = TABLE.lines().filter_map(|line| line.split_once('\t'));
    let lines = lines.filter(|(_, owner)| is_there(owner));
    // Nothing is built of an ephemeral model.
    let all = std::iter::once("ephemeral").chain(lines.map(|(name, _)| name));
    is_known_adapter(adapter).then(|| all.collect())
}

/// Whether some adapter has a materialization of this name.
#[must_use]
pub fn is_any_materialization(name: &str) -> bool {
    let mut lines = TABLE.lines().filter_map(|line| line.split_once('\t'));
    lines.any(|(known, _)| known == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adapters_have_some_of_their_own() {
        let duckdb = materializations("duckdb").unwrap();
        for name in [
            "view",
            "table",
            "incremental",
            "ephemeral",
            "external",
            "snapshot",
        ] {
            assert!(duckdb.contains(&name), "{name}");
        }
        assert!(!duckdb.contains(&"dynamic_table"));
        assert!(
            materializations("snowflake")
                .unwrap()
                .contains(&"dynamic_table")
        );
        assert_eq!(materializations("vertica"), None);
        assert!(is_any_materialization("dynamic_table"));
        assert!(!is_any_materialization("tabel"));
    }
}
