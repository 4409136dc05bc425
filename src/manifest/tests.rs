//! Manifests of every schema and in every state, written by hand.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::dbt::{Access, ResourceType};

use super::*;

const V12: &str = r#"{
 "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
  "dbt_version": "1.12.6", "generated_at": "2026-11-01T08:00:00.000000Z", "env": {"A": "}"},
  "project_name": "shop", "adapter_type": "duckdb", "project_id": null},
 "nodes": {
  "model.shop.orders": {"name": "orders", "resource_type": "model", "package_name": "shop",
   "unique_id": "model.shop.orders", "original_file_path": "models/orders.sql",
   "patch_path": "shop://models/orders.yml", "description": "All \"orders\" \u00e9.",
   "fqn": ["shop", "orders"], "tags": ["daily"], "group": "sales", "access": "public",
   "config": {"access": "private", "materialized": "table", "contract": {"enforced": false}},
   "columns": {
    "order_id": {"name": "order_id", "data_type": "bigint", "description": "The key.",
     "constraints": [{"type": "not_null"}, {"type": "primary_key", "to_columns": []}]},
    "status": {"name": "status", "data_type": null, "description": "", "constraints": []}},
   "relation_name": "\"dev\".\"shop\".\"orders\"", "language": "sql",
   "raw_code": "select 'ä' as a,\n  \"x\"\nfrom {{ ref('raw_orders') }}",
   "depends_on": {"macros": ["macro.dbt.run"], "nodes": ["seed.shop.raw_orders"]},
   "contract": {"enforced": true, "alias_types": true},
   "constraints": [{"type": "primary_key", "columns": ["order_id", "status"]}],
   "version": null, "latest_version": null, "deprecation_date": null},
  "test.shop.not_null": {"name": "not_null", "resource_type": "test", "column_name": "a{"},
  "model.shop.customers.v1": {"name": "customers", "resource_type": "model",
   "package_name": "shop", "version": 1, "latest_version": 2, "original_file_path": "c_v1.sql",
   "deprecation_date": "2026-12-31T00:00:00+01:00"},
  "model.shop.customers.v2": {"name": "customers", "resource_type": "model",
   "package_name": "shop", "version": 2, "latest_version": "2", "original_file_path": "c_v2.sql"},
  "model.core.orders": {"name": "orders", "resource_type": "model", "package_name": "core",
   "original_file_path": ""},
  "seed.shop.raw_orders": {"name": "raw_orders", "resource_type": "seed", "package_name": "shop",
   "config": {"access": "public"}, "raw_code": "", "original_file_path": "seeds/raw_orders.csv"}
 },
 "sources": {"source.shop.raw.a": {"name": "a"}},
 "macros": {"macro.dbt.run": {"macro_sql": "{% macro run() %}\"}]\"{% endmacro %}"}},
 "groups": {"group.shop.sales": {"name": "sales", "package_name": "shop",
  "owner": {"name": "Ada", "email": ["ada@shop.example", "sales@shop.example"]},
  "description": null}},
 "disabled": {"model.shop.old.v3": [{"name": "old", "package_name": "shop", "version": 3}],
  "model.shop.gone": [{"name": "gone", "package_name": "shop", "columns": {}}],
  "test.shop.x": [{"name": "x", "package_name": "shop"}]},
 "parent_map": {"model.shop.orders": ["seed.shop.raw_orders"]}, "child_map": null
}"#;

fn manifest(text: &str) -> Manifest {
    read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
}

fn with_node(node: &str) -> Manifest {
    manifest(&format!(r#"{{"nodes": {{"model.shop.orders": {node}}}}}"#))
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn error(bytes: &[u8]) -> String {
    read(bytes).unwrap_err().to_string()
}

#[test]
fn the_metadata_is_read() {
    let shop = manifest(V12);
    assert_eq!(shop.project_name(), Some("shop"));
    assert_eq!(shop.schema_version(), Some(12));
    assert!(shop.is_known_schema());
    assert_eq!(shop.dbt_version(), Some("1.12.6"));
    assert_eq!(shop.generated_at(), Some("2026-11-01T08:00:00.000000Z"));
    assert_eq!(shop.adapter_type(), Some("duckdb"));
    assert_eq!(shop.model_count(), 4);
    assert_eq!(shop.byte_size(), V12.len());
    assert!(!shop.was_gzip());
    assert_eq!(shop.packages().collect::<Vec<_>>(), ["core", "shop"]);
}

#[test]
fn a_model_has_all_that_is_shown_of_it() {
    let shop = manifest(V12);
    let orders = shop.find("shop", "orders").unwrap();
    assert_eq!(orders.unique_id(), "model.shop.orders");
    assert_eq!(orders.resource_type(), ResourceType::Model);
    assert_eq!((orders.name(), orders.package_name()), ("orders", "shop"));
    assert_eq!(orders.access(), Some(Access::Public));
    assert_eq!(orders.group(), Some("sales"));
    assert_eq!(orders.description(), "All \"orders\" é.");
    assert_eq!(orders.relation_name(), Some(r#""dev"."shop"."orders""#));
    assert_eq!(orders.original_file_path(), "models/orders.sql");
    assert_eq!(orders.patch_path(), Some("shop://models/orders.yml"));
    assert_eq!(orders.materialized(), Some("table"));
    assert_eq!(orders.language(), Some("sql"));
    assert_eq!((orders.version(), orders.latest_version()), (None, None));
    assert_eq!(orders.deprecation_date(), None);
    assert_eq!(orders.tags().collect::<Vec<_>>(), ["daily"]);
    assert_eq!(
        orders.depends_on_nodes().collect::<Vec<_>>(),
        ["seed.shop.raw_orders"]
    );
    assert_eq!(
        orders.constraints().collect::<Vec<_>>(),
        ["primary_key (order_id, status)"]
    );
    assert!(orders.has_enforced_contract() && !orders.is_external());
    assert_eq!(
        shop.node(orders.id()).unwrap().unique_id(),
        orders.unique_id()
    );
}

#[test]
fn columns_keep_their_order_types_and_constraints() {
    let shop = manifest(V12);
    let mut shown = String::new();
    for column in shop.find("shop", "orders").unwrap().columns() {
        let constraints: Vec<_> = column.constraints().collect();
        let data_type = column.data_type().unwrap_or("?");
        let line = (column.name(), data_type, column.description(), constraints);
        writeln!(shown, "{line:?}").unwrap();
    }
    expect_test::expect![[r#"
        ("order_id", "bigint", "The key.", ["not_null", "primary_key"])
        ("status", "?", "", [])
    "#]]
    .assert_eq(&shown);
}

#[test]
fn versions_are_found_by_key_and_the_latest_by_its_bare_name() {
    let shop = manifest(V12);
    let id = |package, key| shop.find(package, key).map(Node::unique_id);
    assert_eq!(id("shop", "customers.v1"), Some("model.shop.customers.v1"));
    assert_eq!(id("shop", "customers.v2"), Some("model.shop.customers.v2"));
    assert_eq!(id("shop", "customers"), Some("model.shop.customers.v2"));
    assert_eq!(id("shop", "customers.v3"), None);
    assert_eq!(id("core", "customers"), None);
    let any: Vec<_> = shop.find_any("orders").map(Node::unique_id).collect();
    assert_eq!(any, ["model.core.orders", "model.shop.orders"]);
    assert_eq!(shop.find_any("nothing").len(), 0);
    let first = shop.by_unique_id("model.shop.customers.v1").unwrap();
    assert_eq!(
        (first.version(), first.latest_version()),
        (Some("1"), Some("2"))
    );
    assert_eq!(first.deprecation_date(), Some("2026-12-31T00:00:00+01:00"));
    assert!(!first.is_latest_version());
}

#[test]
fn tests_are_left_out_and_the_rest_of_nodes_is_kept() {
    let shop = manifest(V12);
    assert!(shop.by_unique_id("test.shop.not_null").is_none());
    let seed = shop.find("shop", "raw_orders").unwrap();
    assert_eq!(seed.resource_type(), ResourceType::Seed);
    assert_eq!(seed.access(), Some(Access::Public), "of its config");
    assert!(seed.raw_code().is_none());
    assert!(shop.find("core", "orders").unwrap().is_external());
    assert_eq!(shop.nodes().len(), 5);
}

#[test]
fn disabled_nodes_and_groups_are_known() {
    let shop = manifest(V12);
    assert_eq!(shop.find_disabled("shop", "gone"), Some("model.shop.gone"));
    assert_eq!(
        shop.find_disabled("shop", "old.v3"),
        Some("model.shop.old.v3")
    );
    assert_eq!(shop.find_disabled("shop", "old"), None);
    assert_eq!(shop.find_disabled("shop", "x"), None);
    let group = shop.groups().next().unwrap();
    assert_eq!((group.name(), group.package_name()), ("sales", "shop"));
    assert_eq!(group.owner_name(), Some("Ada"));
    assert_eq!(
        group.owner_email(),
        Some("ada@shop.example, sales@shop.example")
    );
    assert_eq!(group.description(), "");
}

#[test]
fn the_source_text_is_read_from_its_place() {
    let text = "select 'ä' as a,\n  \"x\"\nfrom {{ ref('raw_orders') }}";
    let marked = format!("\u{feff}{V12}");
    for bytes in [
        V12.as_bytes(),
        marked.as_bytes(),
        &gzip(V12),
        &gzip(&marked),
    ] {
        let shop = read(bytes).unwrap();
        let orders = shop.find("shop", "orders").unwrap();
        let place = orders.raw_code().unwrap();
        assert_eq!(raw_code(bytes, place).as_deref(), Some(text));
        assert_eq!(orders.raw_code_hash(), raw_code_hash(text));
        assert_eq!(raw_code(b"{}", place), None);
    }
}

#[test]
fn version_4_has_raw_sql_and_lists_of_refs() {
    let old = manifest(
        r#"{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v4.json",
            "project_id": "0"},
            "nodes": {"model.shop.orders": {"raw_sql": "select 1", "root_path": "/shop",
            "resource_type": "model", "refs": [["a"], ["p", "b"]], "name": "orders",
            "package_name": "shop", "config": {"materialized": "view"}}},
            "disabled": {"model.shop.x": [{"name": "x", "package_name": "shop"}]}}"#,
    );
    assert_eq!((old.schema_version(), old.project_name()), (Some(4), None));
    let orders = old.find("shop", "orders").unwrap();
    assert_eq!(orders.raw_code_hash(), raw_code_hash("select 1"));
    assert_eq!(
        (orders.access(), orders.has_enforced_contract()),
        (None, false)
    );
    assert_eq!(old.find_disabled("shop", "x"), Some("model.shop.x"));
}

#[test]
fn versions_7_9_and_the_unknown_99_are_read_as_far_as_they_go() {
    for (version, is_known) in [(1, false), (7, true), (9, true), (13, false), (99, false)] {
        let text = format!(
            r#"{{"metadata": {{"dbt_schema_version": "https://x/dbt/manifest/v{version}.json"}},
                "nodes": {{"model.shop.orders": {{"raw_code": "select 1", "new_key": [[{{}}]]}},
                "dream.shop.sheep": {{"resource_type": "dream"}}}}, "unheard_of": {{"a": [1]}}}}"#
        );
        let read = manifest(&text);
        assert_eq!(read.is_known_schema(), is_known, "v{version}");
        assert_eq!(read.schema_version(), Some(version));
        assert!(read.find("shop", "orders").is_some());
        assert!(read.find("shop", "sheep").is_some());
    }
}

#[test]
fn keys_that_another_dbt_leaves_out_come_from_the_id() {
    let read = manifest(
        r#"{"metadata": {"project_name": "", "adapter_type": ""}, "disabled": null,
            "nodes": {"snapshot.shop.prices": {"config": {"group": "g", "tags": ["t"],
            "contract": {"enforced": true}}}, "model.shop.a": {}, "odd": {}}}"#,
    );
    assert_eq!((read.project_name(), read.adapter_type()), (None, None));
    let prices = read.find("shop", "prices").unwrap();
    assert_eq!(prices.resource_type(), ResourceType::Snapshot);
    assert_eq!(
        (prices.group(), prices.tags().next()),
        (Some("g"), Some("t"))
    );
    assert!(prices.has_enforced_contract());
    assert!(read.find("shop", "a").is_some());
    assert!(read.find("", "odd").is_some());
}

#[test]
fn fields_of_the_wrong_type_are_as_if_they_were_not_there() {
    let read = with_node(
        r#"{"name": {"a": 1}, "version": [1], "latest_version": true, "access": 7, "tags": "t",
            "columns": [1], "depends_on": null, "config": [], "contract": "yes", "raw_code": 1,
            "group": false, "constraints": {"type": "x"}, "description": ["d"]}"#,
    );
    let orders = read.find("shop", "orders").unwrap();
    assert_eq!((orders.version(), orders.latest_version()), (None, None));
    assert_eq!((orders.access(), orders.group()), (None, None));
    assert_eq!(
        orders.columns().len() + orders.tags().len() + orders.constraints().len(),
        0
    );
    let read = manifest(r#"{"nodes": {"model.s.a": [], "model.s.b": null, "model.s.c": {}}}"#);
    assert_eq!(read.nodes().len(), 1);
    let read = with_node(r#"{"columns": {"a": 1, "b": {}, "c": {"name": null}}}"#);
    let names: Vec<_> = read
        .find("shop", "orders")
        .unwrap()
        .columns()
        .map(Column::name)
        .collect();
    assert_eq!(names, ["b", "c"]);
}

#[test]
fn versions_are_written_as_python_writes_them() {
    let cases = [
        ("1", "1"),
        ("1.5", "1.5"),
        ("1.0", "1.0"),
        ("1.50", "1.5"),
        ("2e0", "2.0"),
        ("\"beta\"", "beta"),
        ("0", "0"),
        ("20240101", "20240101"),
    ];
    for (written, version) in cases {
        let read = with_node(&format!(
            r#"{{"version": {written}, "latest_version": {written}}}"#
        ));
        let orders = read.find("shop", "orders").unwrap();
        assert_eq!(orders.version(), Some(version));
        assert!(read.find("shop", &format!("orders.v{version}")).is_some());
    }
}

#[test]
fn of_repeated_keys_the_last_counts() {
    let read = manifest(
        r#"{"nodes": {"model.s.a": {"group": "x", "group": "y"}, "model.s.b": {},
            "model.s.a": {"group": "z"}, "model.s.c": {"name": "b"}}}"#,
    );
    assert_eq!(read.nodes().len(), 3);
    assert_eq!(read.find("s", "a").unwrap().group(), Some("z"));
    assert_eq!(
        read.find("s", "b").unwrap().unique_id(),
        "model.s.c",
        "the later of two"
    );
}

#[test]
fn strange_texts_are_kept_as_far_as_they_mean_something() {
    let read = with_node(r#"{"\u006eame": "or\ud800ders", "description": "a\u0000b\ud83e\uddf8"}"#);
    let orders = read.nodes().next().unwrap();
    assert_eq!(orders.name(), "or\u{fffd}ders");
    assert_eq!(orders.description(), "a\0b🧸");
    let mut bytes = br#"{"nodes": {"model.s.a": {"description": "caf"#.to_vec();
    bytes.extend(b"\xe9\0\"}}}");
    let read = super::read(&bytes).unwrap();
    assert_eq!(read.nodes().next().unwrap().description(), "caf\u{fffd}\0");
}

#[test]
fn every_prefix_is_cut_off() {
    for end in 0..V12.len() {
        let error = read(V12.as_bytes().get(..end).unwrap()).unwrap_err();
        assert!(error.is_cut_off(), "{end}: {error:?}");
    }
    let packed = gzip(V12);
    for end in 0..packed.len() {
        assert!(read(packed.get(..end).unwrap()).is_err(), "{end}");
    }
}

#[test]
fn every_changed_byte_is_survived() {
    let mut bytes = V12.as_bytes().to_vec();
    for place in 0..bytes.len() {
        for byte in [b'"', b'\\', b'{', b']', b',', 0, 0xff] {
            let kept = std::mem::replace(&mut bytes[place], byte);
            if let Ok(read) = read(&bytes) {
                assert!(
                    read.nodes()
                        .all(|node| read.by_unique_id(node.unique_id()).is_some())
                );
            }
            bytes[place] = kept;
        }
    }
}

#[test]
fn errors_say_what_is_wrong() {
    let catalog = r#"{"metadata": {"dbt_schema_version":
        "https://schemas.getdbt.com/dbt/catalog/v1.json"}, "nodes": {}}"#;
    let cases: [(&[u8], &str); 12] = [
        (b"", "the file is empty; dbt may still be writing it"),
        (
            b"\xef\xbb\xbf \n",
            "the file is empty; dbt may still be writing it",
        ),
        (
            b"{\"nodes\": ",
            "the file ends in the middle (byte 10 of 10); dbt may still be writing it",
        ),
        (
            b"{\n\"nodes\": x}",
            "the file is not JSON: a value is expected (line 2, byte 11)",
        ),
        (
            b"<html>",
            "the file is not JSON: a value is expected (line 1, byte 0)",
        ),
        (
            b"{}{",
            "the file is not JSON: more text follows the end of the JSON (line 1, byte 2)",
        ),
        (
            b"[1]",
            "the file is JSON, but no manifest: an object is expected",
        ),
        (
            b"{}",
            "the file is JSON, but no manifest: it has no `nodes`",
        ),
        (
            b"{\"nodes\": []}",
            "the file is JSON, but no manifest: it has no `nodes`",
        ),
        (
            catalog.as_bytes(),
            "the file is a dbt `catalog`, not a manifest",
        ),
        (
            b"\xff\xfe{\0",
            "the file is written in UTF-16; dbt writes UTF-8",
        ),
        (
            b"\x1f\x8b\x07\0\0\0\0\0\0\0\0",
            "the gzip file cannot be unpacked: ",
        ),
    ];
    for (bytes, words) in cases {
        assert!(
            error(bytes).starts_with(words),
            "{} for {bytes:?}",
            error(bytes)
        );
    }
}

#[test]
fn deep_nesting_is_survived() {
    for open in ["[", "{\"a\":", "{\"nodes\":"] {
        assert!(
            read(open.repeat(200_000).as_bytes())
                .unwrap_err()
                .is_cut_off()
        );
    }
    let deep = format!(
        r#"{{"nodes": {{}}, "x": {}1{}}}"#,
        "[".repeat(99_999),
        "]".repeat(99_999)
    );
    assert_eq!(manifest(&deep).nodes().len(), 0);
}

#[test]
fn a_file_is_loaded_and_its_source_texts_are_checked() {
    let folder = tempfile::tempdir().unwrap();
    let mut buffer = Vec::new();
    for (name, bytes) in [
        ("a.json", V12.as_bytes().to_vec()),
        ("b.json.gz", gzip(V12)),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let shop = load(&path, &mut buffer).unwrap();
        let orders = shop.find("shop", "orders").unwrap();
        let (place, hash) = (orders.raw_code().unwrap(), orders.raw_code_hash());
        assert!(
            load_raw_code(&path, place, hash)
                .unwrap()
                .starts_with("select 'ä' as a,\n")
        );
        let replaced = load_raw_code(&path, place, hash ^ 1).unwrap_err();
        assert_eq!(replaced.cause, LoadCause::Replaced);
        std::fs::write(&path, "{}").unwrap();
        assert_eq!(
            load_raw_code(&path, place, hash).unwrap_err().cause,
            LoadCause::Replaced
        );
    }
}

#[test]
fn what_is_no_readable_file_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("manifest.json");
    let mut buffer = Vec::new();
    let error = load(&missing, &mut buffer).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("read {}: no such file", missing.display())
    );
    let error = load(folder.path(), &mut buffer).unwrap_err();
    assert_eq!(error.cause, LoadCause::Directory);
    std::fs::write(&missing, "{").unwrap();
    assert!(load(&missing, &mut buffer).unwrap_err().is_being_written());
    if cfg!(unix) {
        let error = load(std::path::Path::new("/dev/zero"), &mut buffer).unwrap_err();
        assert_eq!(error.cause, LoadCause::NotAFile);
    }
}
