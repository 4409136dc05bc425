//! Data tests on models and columns: those that dbt brings along, and what stands below any.

use super::Holds::{Bool, Config, List, Mapping as Map, Names, Scalar, Text};
use super::config::TEST_CONFIG;
use super::{Key, Mapping, Others, key, nullable, required};

/// A data test in a list of them: its name, and below the name what it is told.
pub const DATA_TEST: Mapping = Mapping {
    name: "a data test",
    others: Others::Names(Map(&ANY)),
    keys: keys![
        key("not_null", Map(&ANY), "Fails for rows in which the column is empty.");
        key("unique", Map(&ANY), "Fails for values that stand in several rows.");
        key("accepted_values", Map(&ACCEPTED_VALUES), "Fails for values that are not in a list.");
        key("relationships", Map(&RELATIONSHIPS), "Fails for values that another model's column does not have.");
    ],
};

const NAME: Key =
    one![nullable("name", Text, "The test's own name, in place of the one dbt makes up.");];
const DESCRIPTION: Key = one![nullable("description", Text, "What it is, for people.");];
const CONFIG: Key =
    one![key("config", Config(&TEST_CONFIG), "The test's configuration: `severity`, `where`, ….");];

const ANY: Mapping = Mapping {
    name: "what a data test is told",
    others: Others::Kept,
    keys: keys![
        key("arguments", Names, "What the test's macro is called with.");
        CONFIG;
        NAME;
        DESCRIPTION;
    ],
};

const ACCEPTED_VALUES: Mapping = Mapping {
    name: "what `accepted_values` is told",
    others: Others::Kept,
    keys: keys![
        required("arguments", Map(&VALUES), "The values.");
        CONFIG;
        NAME;
        DESCRIPTION;
    ],
};

const VALUES: Mapping = Mapping {
    name: "the arguments of `accepted_values`",
    others: Others::Kept,
    keys: keys![
        required("values", List(&Scalar), "The values that may stand there.");
        key("quote", Bool, "Whether the values are put in quotes; they are by default.");
    ],
};

const RELATIONSHIPS: Mapping = Mapping {
    name: "what `relationships` is told",
    others: Others::Kept,
    keys: keys![
        required("arguments", Map(&RELATED), "The other model and its column.");
        CONFIG;
        NAME;
        DESCRIPTION;
    ],
};

const RELATED: Mapping = Mapping {
    name: "the arguments of `relationships`",
    others: Others::Kept,
    keys: keys![
        required("to", Text, "The other model: `ref('…')` or `source('…', '…')`, without braces.");
        required("field", Text, "The column of the other model.");
    ],
};
