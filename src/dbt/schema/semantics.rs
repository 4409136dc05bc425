//! The semantic layer in property files.

use super::Holds::{
    Anything, Bool, Config, Either, Integer, List, Mapping as Map, Number, Scalar, Text, Usually,
};
use super::config::{METRIC_CONFIG, SAVED_QUERY_CONFIG, SEMANTIC_MODEL_CONFIG};
use super::{Holds, Key, Mapping, Others, TEXT_LIST, TEXTS, key, nullable, required};

const DESCRIPTION: Key = one![nullable("description", Text, "What it is, for people.");];
const LABEL: Key = one![nullable("label", Text, "Its name for people.");];
const CONFIG: Key = one![key("config", Holds::Names, "Its `meta`.");];
const ENTITY_TYPES: Holds = Usually(&["primary", "unique", "foreign", "natural"]);
const DIMENSION_TYPES: Holds = Usually(&["categorical", "time"]);
const AGGREGATIONS: Holds = Usually(&[
    "sum",
    "min",
    "max",
    "average",
    "median",
    "percentile",
    "count",
    "count_distinct",
    "sum_boolean",
]);
const STEPS: Holds = Usually(&[
    "second", "minute", "hour", "day", "week", "month", "quarter", "year",
]);

pub(super) const TIME_SPINE: Mapping = Mapping {
    name: "a time spine",
    others: Others::Refused,
    keys: keys![
        required("standard_granularity_column", Text, "The column with the finest step of time.");
        key("custom_granularities", List(&Map(&CUSTOM_GRANULARITY)), "Steps of one's own, such as a fiscal year.");
    ],
};

const CUSTOM_GRANULARITY: Mapping = Mapping {
    name: "a step of time",
    others: Others::Refused,
    keys: keys![
        required("name", Text, "Its name.");
        nullable("column_name", Text, "The column, where it is called otherwise.");
    ],
};

pub(super) const MODEL_SEMANTICS: Mapping = Mapping {
    name: "a model's semantic model",
    others: Others::Refused,
    keys: keys![
        nullable("name", Text, "Its name; the model's by default.");
        key("enabled", Bool, "Whether there is one.");
        nullable("group", Text, "Its group.");
        nullable("config", Map(&SEMANTICS_CONFIG), "Its configuration.");
    ],
};

const SEMANTICS_CONFIG: Mapping = Mapping {
    name: "a configuration",
    others: Others::Refused,
    keys: keys![
        key("meta", Holds::Names, "Anything of one's own.");
    ],
};

pub(super) const DERIVED_SEMANTICS: Mapping = Mapping {
    name: "derived semantics",
    others: Others::Refused,
    keys: keys![
        key("entities", List(&Map(&DERIVED_ENTITY)), "Entities that are no columns.");
        key("dimensions", List(&Map(&DERIVED_DIMENSION)), "Dimensions that are no columns.");
    ],
};

const DERIVED_ENTITY: Mapping = Mapping {
    name: "an entity",
    others: Others::Refused,
    keys: keys![
        required("type", ENTITY_TYPES, "What it is to a row.");
        required("expr", Text, "The SQL that makes it.");
        nullable("name", Text, "Its name.");
        DESCRIPTION;
        LABEL;
        CONFIG;
    ],
};

const DERIVED_DIMENSION: Mapping = Mapping {
    name: "a dimension",
    others: Others::Refused,
    keys: keys![
        required("type", DIMENSION_TYPES, "Whether it is a time.");
        required("expr", Text, "The SQL that makes it.");
        key("name", Text, "Its name.");
        nullable("granularity", Text, "The smallest step of time in it.");
        nullable("validity_params", Map(&VALIDITY), "Whether it bounds the time in which a row holds.");
        key("is_partition", Bool, "Whether the table is partitioned by it.");
        DESCRIPTION;
        LABEL;
        CONFIG;
    ],
};

const VALIDITY: Mapping = Mapping {
    name: "the bounds of validity",
    others: Others::Refused,
    keys: keys![
        key("is_start", Bool, "Whether rows hold from this time on.");
        key("is_end", Bool, "Whether rows hold until this time.");
    ],
};

pub(super) const DIMENSION_OF_COLUMN: Mapping = Mapping {
    name: "a column's dimension",
    others: Others::Refused,
    keys: keys![
        required("type", DIMENSION_TYPES, "Whether it is a time.");
        nullable("name", Text, "Its name; the column's by default.");
        nullable("validity_params", Map(&VALIDITY), "Whether it bounds the time in which a row holds.");
        key("is_partition", Bool, "Whether the table is partitioned by it.");
        DESCRIPTION;
        LABEL;
        CONFIG;
    ],
};

pub(super) const ENTITY_OF_COLUMN: Mapping = Mapping {
    name: "a column's entity",
    others: Others::Refused,
    keys: keys![
        required("type", ENTITY_TYPES, "What it is to a row.");
        nullable("name", Text, "Its name; the column's by default.");
        DESCRIPTION;
        LABEL;
        CONFIG;
    ],
};

pub(super) const SEMANTIC_MODEL: Mapping = Mapping {
    name: "a semantic model",
    others: Others::Refused,
    keys: keys![
        required("name", Text, "Its name.");
        required("model", Text, "The model: `ref('…')`, without braces.");
        DESCRIPTION;
        LABEL;
        nullable("defaults", Map(&DEFAULTS), "What its measures have in common.");
        key("entities", List(&Map(&ENTITY)), "The keys by which it is joined.");
        key("dimensions", List(&Map(&DIMENSION)), "What its measures are grouped by.");
        key("measures", List(&Map(&MEASURE)), "What is summed up.");
        nullable("primary_entity", Text, "The entity that a row stands for, where no column is it.");
        key("config", Config(&SEMANTIC_MODEL_CONFIG), "Its configuration.");
    ],
};

const DEFAULTS: Mapping = Mapping {
    name: "the defaults",
    others: Others::Refused,
    keys: keys![
        nullable("agg_time_dimension", Text, "The time dimension by which its measures are summed up.");
    ],
};

const ENTITY: Mapping = Mapping {
    name: "an entity",
    others: Others::Refused,
    keys: keys![
        key("name", Text, "Its name.");
        required("type", ENTITY_TYPES, "What it is to a row.");
        nullable("expr", Text, "The column, or the SQL that makes it.");
        nullable("role", Text, "The part that it plays.");
        DESCRIPTION;
        LABEL;
        CONFIG;
    ],
};

const DIMENSION: Mapping = Mapping {
    name: "a dimension",
    others: Others::Refused,
    keys: keys![
        key("name", Text, "Its name.");
        required("type", DIMENSION_TYPES, "Whether it is a time.");
        nullable("type_params", Map(&DIMENSION_PARAMETERS), "The step of a time dimension.");
        nullable("expr", Text, "The column, or the SQL that makes it.");
        key("is_partition", Bool, "Whether the table is partitioned by it.");
        DESCRIPTION;
        LABEL;
        CONFIG;
    ],
};

const DIMENSION_PARAMETERS: Mapping = Mapping {
    name: "the parameters of a dimension",
    others: Others::Refused,
    keys: keys![
        required("time_granularity", STEPS, "The smallest step of time in it.");
        nullable("validity_params", Map(&VALIDITY), "Whether it bounds the time in which a row holds.");
    ],
};

const MEASURE: Mapping = Mapping {
    name: "a measure",
    others: Others::Refused,
    keys: keys![
        required("name", Text, "Its name.");
        required("agg", AGGREGATIONS, "How it is summed up.");
        nullable("expr", Either(&[Text, Bool, Integer]), "The column, or the SQL that makes it.");
        nullable("agg_params", Map(&PERCENTILE), "Which percentile.");
        nullable("non_additive_dimension", Map(&NON_ADDITIVE), "The dimension over which it cannot be summed up.");
        nullable("agg_time_dimension", Text, "The time dimension by which it is summed up.");
        key("create_metric", Bool, "Whether a metric of its name is made.");
        DESCRIPTION;
        LABEL;
        CONFIG;
    ],
};

const PERCENTILE: Mapping = Mapping {
    name: "a percentile",
    others: Others::Refused,
    keys: keys![
        nullable("percentile", Number, "Which one, between 0 and 1.");
        key("use_discrete_percentile", Bool, "Whether it is one of the values.");
        key("use_approximate_percentile", Bool, "Whether it may be estimated.");
    ],
};

const NON_ADDITIVE: Mapping = Mapping {
    name: "a dimension that is not summed over",
    others: Others::Refused,
    keys: keys![
        required("name", Text, "The dimension.");
        required("window_choice", Usually(&["min", "max"]), "Which of its values counts.");
        key("window_groupings", TEXT_LIST, "The entities within which that value is looked for.");
    ],
};

/// A metric: the older form, with `type_params`, and the newer one.
pub(super) const METRIC: Mapping = Mapping {
    name: "a metric",
    others: Others::Refused,
    keys: keys![
        required("name", Text, "Its name.");
        nullable("label", Text, "Its name for people.");
        key("type", Usually(&["simple", "ratio", "cumulative", "derived", "conversion"]), "What it is made of; `simple` by default.");
        key("description", Text, "What it is, for people.");
        key("type_params", Anything, "What it is made of, in the older form.");
        nullable("filter", TEXTS, "Which rows count.");
        nullable("time_granularity", Text, "The step of time by which it is shown.");
        key("config", Config(&METRIC_CONFIG), "Its configuration.");
        key("meta", Holds::Names, "Anything of one's own. Its place is `config`.");
        key("tags", TEXT_LIST, "Its tags.");
        key("hidden", Bool, "Whether it is kept from those who ask for metrics.");
        nullable("agg", AGGREGATIONS, "How it is summed up.");
        nullable("percentile", Number, "Which percentile, between 0 and 1.");
        nullable("percentile_type", Usually(&["discrete", "continuous"]), "Whether it is one of the values.");
        nullable("join_to_timespine", Bool, "Whether days without rows are shown.");
        nullable("fill_nulls_with", Integer, "What stands where there are no rows.");
        nullable("expr", Scalar, "The column, or the SQL that makes it.");
        nullable("non_additive_dimension", Anything, "The dimension over which it cannot be summed up.");
        nullable("agg_time_dimension", Text, "The time dimension by which it is summed up.");
        nullable("window", Text, "The stretch of time over which it is summed up: `7 days`.");
        nullable("grain_to_date", Text, "Sums up from the start of such a step: `month`.");
        key("period_agg", Usually(&["first", "last", "average"]), "Which value stands for a longer step.");
        nullable("input_metric", Anything, "The metric that it is made from.");
        nullable("input_metrics", Anything, "The metrics that it is made from.");
        nullable("numerator", Anything, "The metric above the line.");
        nullable("denominator", Anything, "The metric below the line.");
        nullable("entity", Text, "Who converts.");
        nullable("calculation", Text, "Whether conversions are counted or compared.");
        nullable("base_metric", Anything, "The metric of the first event.");
        nullable("conversion_metric", Anything, "The metric of the second event.");
        nullable("constant_properties", Anything, "What both events must have in common.");
    ],
};

pub(super) const SAVED_QUERY: Mapping = Mapping {
    name: "a saved query",
    others: Others::Refused,
    keys: keys![
        required("name", Text, "Its name.");
        required("query_params", Map(&QUERY), "What is asked for.");
        key("exports", List(&Map(&EXPORT)), "Where its result is written to.");
        DESCRIPTION;
        LABEL;
        key("tags", TEXTS, "Its tags.");
        key("config", Config(&SAVED_QUERY_CONFIG), "Its configuration.");
    ],
};

const QUERY: Mapping = Mapping {
    name: "a query",
    others: Others::Refused,
    keys: keys![
        key("metrics", TEXT_LIST, "The metrics.");
        key("group_by", TEXT_LIST, "What they are grouped by: `Dimension('…')`, `TimeDimension('…', 'day')`.");
        nullable("where", TEXTS, "Which rows count.");
        key("order_by", TEXT_LIST, "The order of the result.");
        nullable("limit", Integer, "How many rows at most.");
    ],
};

const EXPORT: Mapping = Mapping {
    name: "an export",
    others: Others::Refused,
    keys: keys![
        required("name", Text, "Its name.");
        key("config", Holds::Names, "`export_as`, `schema`, `alias`.");
    ],
};
