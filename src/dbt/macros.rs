//! Which macros do dbt and its adapters bring along? Names and parameters, as `cargo xtask macros`
//! reads them from the installed packages.
//!
//! What an adapter dispatches to (`snowflake__…`) is left out: nobody calls it by that name.

use std::sync::LazyLock;

use foldhash::HashMap;

/// A line a macro, sorted: its name, who brings it (`dbt` or an adapter), its parameters, with
/// tabs between them.
const TABLE: &str = include_str!("macros.tsv");

/// Where the first line of each name begins.
static FIRST: LazyLock<HashMap<&'static str, u32>> = LazyLock::new(|| {
    let (mut first, mut at) = (HashMap::default(), 0);
    for line in TABLE.split_inclusive('\n') {
        let name = line.split_once('\t').map_or(line, |(name, _)| name);
        first.entry(name).or_insert(at);
        at += u32::try_from(line.len()).unwrap_or(0);
    }
    first
});

/// Adapters that fall back on the macros of another one.
const PARENTS: &[(&str, &str)] = &[
    ("redshift", "postgres"),
    ("databricks", "spark"),
    ("materialize", "postgres"),
    ("greenplum", "postgres"),
    ("alloydb", "postgres"),
    ("sqlserver", "fabric"),
];

/// The adapters in the table; a render asks for each name in a template.
const ADAPTERS: [&str; 13] = [
    "athena",
    "bigquery",
    "clickhouse",
    "databricks",
    "duckdb",
    "fabric",
    "postgres",
    "redshift",
    "snowflake",
    "spark",
    "sqlserver",
    "teradata",
    "trino",
];

/// A macro of dbt's or of an adapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GlobalMacro {
    /// Its name; that of a generic test begins with `test_`.
    pub name: &'static str,
    /// `dbt`, or the adapter that brings it.
    pub owner: &'static str,
    parameters: &'static str,
}

impl GlobalMacro {
    /// Its parameters as written: `quote=True`.
    pub fn parameters(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.parameters.split('\t').filter(|it| !it.is_empty())
    }
}

/// The adapters whose macros an adapter's projects see: its own, then those of its parent.
pub fn adapter_chain(adapter: &str) -> impl Iterator<Item = &str> {
    let parent = PARENTS.iter().filter(move |(child, _)| *child == adapter);
    std::iter::once(adapter).chain(parent.map(|(_, parent)| *parent))
}

/// All of them, by name.
pub fn global_macros() -> impl Iterator<Item = GlobalMacro> {
    TABLE.lines().filter_map(read)
}

/// Those of one name.
pub fn global_macros_named(name: &str) -> impl Iterator<Item = GlobalMacro> {
    let start = FIRST.get(name).map_or(TABLE.len(), |at| *at as usize);
    let lines = TABLE.get(start..).unwrap_or("").lines().filter_map(read);
    lines.take_while(move |known| known.name == name)
}

/// The one that a project with this adapter calls; without one, dbt's own.
#[must_use]
pub fn global_macro(name: &str, adapter: Option<&str>) -> Option<GlobalMacro> {
    let owned = |owner: &str| global_macros_named(name).find(|known| known.owner == owner);
    let of_adapter = adapter.and_then(|adapter| adapter_chain(adapter).find_map(owned));
    of_adapter.or_else(|| owned("dbt"))
}

/// Whether all macros of an adapter are known.
#[must_use]
pub fn is_known_adapter(adapter: &str) -> bool {
    ADAPTERS.contains(&adapter)
}

fn read(line: &'static str) -> Option<GlobalMacro> {
    let (name, rest) = line.split_once('\t')?;
    let (owner, parameters) = rest.split_once('\t').unwrap_or((rest, ""));
    Some(GlobalMacro {
        name,
        owner,
        parameters,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_macro_is_found_by_its_name() {
        for known in global_macros() {
            assert!(global_macros_named(known.name).any(|found| found == known));
        }
        assert_eq!(global_macros_named("no_such_macro").count(), 0);
        assert_eq!(global_macros_named("").count(), 0);
        assert_eq!(global_macros_named("zzz").count(), 0);
    }

    #[test]
    fn an_adapter_comes_before_dbt_and_its_parent_between() {
        let of = |name, adapter| global_macro(name, adapter).map(|known| known.owner);
        assert_eq!(of("is_incremental", Some("clickhouse")), Some("clickhouse"));
        assert_eq!(of("is_incremental", Some("duckdb")), Some("dbt"));
        assert_eq!(of("is_incremental", None), Some("dbt"));
        assert_eq!(of("clustered_cols", Some("databricks")), Some("spark"));
        assert_eq!(of("clustered_cols", None), None);
    }

    #[test]
    fn parameters_are_told() {
        let known = global_macro("listagg", None).unwrap();
        let parameters: Vec<_> = known.parameters().collect();
        assert_eq!(parameters.len(), 4);
        assert_eq!(parameters[1], "delimiter_text=\"','\"");
        assert_eq!(
            global_macro("is_incremental", None)
                .unwrap()
                .parameters()
                .count(),
            0
        );
    }

    #[test]
    fn the_table_is_sorted_and_has_every_adapter() {
        let lines: Vec<_> = TABLE.lines().collect();
        assert!(lines.is_sorted());
        let mut owners: Vec<_> = global_macros().map(|known| known.owner).collect();
        owners.sort_unstable();
        owners.dedup();
        owners.retain(|owner| *owner != "dbt");
        assert_eq!(owners, ADAPTERS);
        assert!(!is_known_adapter("teradata2"));
    }
}
