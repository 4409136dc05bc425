//! selectors.yml (dbt-core `contracts/selection.py`).

use super::Holds::{Bool, Either, Integer, List, Mapping as Map, Names, Text};
use super::{Mapping, Others, key, required};

/// The file as a whole.
pub const SELECTORS: Mapping = Mapping {
    name: "selectors.yml",
    others: Others::Refused,
    keys: keys![
        required("selectors", List(&Map(&SELECTOR)), "Named selections, for `--selector`.");
        key("version", Integer, "The version of the format. dbt no longer needs it.");
    ],
};

const SELECTOR: Mapping = Mapping {
    name: "a selector",
    others: Others::Refused,
    keys: keys![
        required("name", Text, "The selector's name, as `--selector` gives it.");
        required("definition", Either(&[Text, Names]), "What is selected: a text as behind `--select`, a method with its value, `union` or `intersection`.");
        key("description", Text, "What it is, for people.");
        key("default", Bool, "Whether it counts where nobody selects anything.");
    ],
};

/// The ways to select.
pub const METHODS: [&str; 22] = [
    "fqn",
    "tag",
    "group",
    "access",
    "source",
    "path",
    "file",
    "package",
    "config",
    "test_name",
    "test_type",
    "resource_type",
    "state",
    "exposure",
    "metric",
    "result",
    "source_status",
    "version",
    "semantic_model",
    "saved_query",
    "unit_test",
    "selector",
];
