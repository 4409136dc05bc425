//! What does dbt put into a template's context, besides macros? Names, parameters, what they are
//! (dbt-core `context/base.py`, `context/providers.py`; Jinja2's own globals).

mod members;

use Scope::{Code, Everywhere};

pub use members::members_of;

/// What sort of thing a name of the context is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberKind {
    /// It is called.
    Function,
    /// It has members; some of these are called, too.
    Object,
    /// It is a value.
    Value,
}

/// Where dbt knows a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In SQL and in every YAML file.
    Everywhere,
    /// In SQL only.
    Code,
}

/// A name of the context, or of an object in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// The name.
    pub name: &'static str,
    /// What it is.
    pub kind: MemberKind,
    /// The parameters where it is called.
    pub parameters: &'static [&'static str],
    /// A few words about it.
    pub summary: &'static str,
    /// Where dbt knows it.
    pub scope: Scope,
}

const fn member(
    scope: Scope,
    kind: MemberKind,
    name: &'static str,
    parameters: &'static [&'static str],
    summary: &'static str,
) -> Member {
    Member {
        name,
        kind,
        parameters,
        summary,
        scope,
    }
}

/// A function of SQL.
const fn code(
    name: &'static str,
    parameters: &'static [&'static str],
    summary: &'static str,
) -> Member {
    member(Scope::Code, MemberKind::Function, name, parameters, summary)
}

/// A function that YAML has, too.
const fn any(
    name: &'static str,
    parameters: &'static [&'static str],
    summary: &'static str,
) -> Member {
    member(
        Scope::Everywhere,
        MemberKind::Function,
        name,
        parameters,
        summary,
    )
}

const fn object(
    scope: Scope,
    name: &'static str,
    parameters: &'static [&'static str],
    summary: &'static str,
) -> Member {
    member(scope, MemberKind::Object, name, parameters, summary)
}

const fn value(scope: Scope, name: &'static str, summary: &'static str) -> Member {
    member(scope, MemberKind::Value, name, &[], summary)
}

/// The names of the context, those first that are typed most.
pub const CONTEXT: &[Member] = &[
    code(
        "ref",
        &["package", "name", "v=none", "version=none"],
        "reads a model, seed or snapshot",
    ),
    code(
        "source",
        &["source_name", "table_name"],
        "reads a table that is not dbt's",
    ),
    object(Code, "config", &["**options"], "configures this file"),
    object(
        Everywhere,
        "var",
        &["name", "default=none"],
        "a variable of the project",
    ),
    any(
        "env_var",
        &["name", "default=none"],
        "a variable of the environment",
    ),
    value(Code, "this", "the relation that this file makes"),
    object(
        Everywhere,
        "target",
        &[],
        "the target of profiles.yml that dbt runs with",
    ),
    value(
        Code,
        "execute",
        "whether dbt runs SQL now; false while it parses",
    ),
    object(Code, "adapter", &[], "the adapter of the warehouse"),
    object(
        Code,
        "model",
        &[],
        "what is rendered, as the manifest has it",
    ),
    value(
        Code,
        "graph",
        "all nodes of the project; empty while dbt parses",
    ),
    object(Code, "exceptions", &[], "errors and warnings to raise"),
    any("return", &["data"], "ends the macro with this value"),
    any(
        "log",
        &["msg", "info=false"],
        "writes to the log; to the screen with `info=true`",
    ),
    any("print", &["msg"], "writes to the screen"),
    any(
        "tojson",
        &["value", "default=none", "sort_keys=false"],
        "a value as JSON",
    ),
    any("fromjson", &["string", "default=none"], "a value from JSON"),
    any(
        "toyaml",
        &["value", "default=none", "sort_keys=false"],
        "a value as YAML",
    ),
    any("fromyaml", &["string", "default=none"], "a value from YAML"),
    any(
        "set",
        &["value", "default=none"],
        "the distinct elements; the default where there are none to go through",
    ),
    any(
        "set_strict",
        &["value"],
        "the distinct elements, or an error",
    ),
    any(
        "zip",
        &["*args", "default=none"],
        "the elements of several lists side by side",
    ),
    any(
        "zip_strict",
        &["*args"],
        "the elements of several lists side by side, or an error",
    ),
    any(
        "local_md5",
        &["value"],
        "the MD5 hash of a text, made by dbt and not by the warehouse",
    ),
    any(
        "diff_of_two_dicts",
        &["dict_a", "dict_b"],
        "what the first mapping has and the second has not",
    ),
    code("metric", &["package", "name"], "reads a metric"),
    code(
        "function",
        &["package", "name"],
        "names a function of the project",
    ),
    code("render", &["string"], "renders a text as a template"),
    code("load_result", &["name"], "the result of a statement"),
    code(
        "store_result",
        &["name", "response", "agate_table=none"],
        "keeps the result of a statement",
    ),
    code(
        "store_raw_result",
        &[
            "name",
            "message=none",
            "code=none",
            "rows_affected=none",
            "agate_table=none",
        ],
        "keeps the result of a statement",
    ),
    code("load_agate_table", &[], "the rows of a seed"),
    code("write", &["payload"], "writes below the target folder"),
    code(
        "try_or_compiler_error",
        &["message_if_exception", "func", "*args", "**kwargs"],
        "calls a function, with this message where it fails",
    ),
    code(
        "submit_python_job",
        &["parsed_model", "compiled_code"],
        "runs a Python model",
    ),
    object(Code, "api", &[], "the classes of relations and columns"),
    object(Everywhere, "modules", &[], "modules of Python"),
    object(Everywhere, "flags", &[], "what dbt was started with"),
    object(
        Code,
        "builtins",
        &[],
        "dbt's own `ref`, `source` and `config`, where macros replace them",
    ),
    object(
        Code,
        "validation",
        &[],
        "checks of a configuration's values",
    ),
    object(Code, "context", &[], "all names of this context"),
    object(Code, "dbt", &[], "dbt's own macros"),
    value(Everywhere, "project_name", "the name of the root project"),
    object(
        Everywhere,
        "run_started_at",
        &[],
        "when dbt started, in UTC",
    ),
    value(Everywhere, "invocation_id", "the id of this run of dbt"),
    value(Everywhere, "thread_id", "the thread that renders this"),
    value(Everywhere, "dbt_version", "the version of dbt"),
    object(
        Code,
        "selected_resources",
        &[],
        "the ids of all that was selected",
    ),
    object(
        Code,
        "invocation_args_dict",
        &[],
        "the arguments that dbt was started with",
    ),
    object(
        Everywhere,
        "dbt_metadata_envs",
        &[],
        "environment variables that begin with DBT_ENV_CUSTOM_ENV_",
    ),
    object(Code, "env", &[], "variables of the environment"),
    value(Code, "schema", "the schema of what is rendered"),
    value(Code, "database", "the database of what is rendered"),
    value(Code, "sql", "the compiled SQL, in a materialization"),
    value(
        Code,
        "compiled_code",
        "the compiled code, in a materialization",
    ),
    value(Code, "pre_hooks", "what runs before, in a materialization"),
    value(Code, "post_hooks", "what runs after, in a materialization"),
    value(Code, "sql_now", "the time of the run"),
    value(Code, "column", "the class of columns"),
    value(
        Code,
        "defer_relation",
        "the relation that is read in place of one that is not built",
    ),
    value(
        Code,
        "context_macro_stack",
        "the macros that are being rendered",
    ),
    value(
        Everywhere,
        "otel_trace_id",
        "the trace that this run belongs to",
    ),
    value(
        Everywhere,
        "otel_span_id",
        "the span that this run belongs to",
    ),
    any("range", &["start", "stop", "step=1"], "numbers in a row"),
    any("dict", &["**items"], "a mapping"),
    any(
        "namespace",
        &["**items"],
        "an object whose values loops can set",
    ),
    any(
        "lipsum",
        &["n=5", "html=true", "min=20", "max=100"],
        "text without meaning",
    ),
    any("cycler", &["*items"], "goes round through values"),
    any("joiner", &["sep=', '"], "a text that stands between others"),
    code(
        "adapter_macro",
        &["name", "*args"],
        "what `adapter.dispatch` replaced; dbt refuses it",
    ),
];

/// A name of the context.
#[must_use]
pub fn context_member(name: &str) -> Option<&'static Member> {
    CONTEXT.iter().find(|member| member.name == name)
}
