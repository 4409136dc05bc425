//! Which methods do Python's values have? A call of another one stops dbt when it compiles; while it
//! parses it is undefined, and nobody minds.

use super::Mistake;
use super::expand::has_hole;
use super::machine::Machine;
use super::value::Value;
use crate::dbt::closest;
use crate::text::Span;

/// Those of a text; and of a date, which YAML makes of what looks like one.
const OF_TEXT: &[&str] = &[
    "astimezone",
    "capitalize",
    "casefold",
    "center",
    "count",
    "ctime",
    "date",
    "encode",
    "endswith",
    "expandtabs",
    "find",
    "format",
    "format_map",
    "index",
    "isalnum",
    "isalpha",
    "isascii",
    "isdecimal",
    "isdigit",
    "isidentifier",
    "islower",
    "isnumeric",
    "isocalendar",
    "isoformat",
    "isoweekday",
    "isprintable",
    "isspace",
    "istitle",
    "isupper",
    "join",
    "ljust",
    "lower",
    "lstrip",
    "maketrans",
    "partition",
    "removeprefix",
    "removesuffix",
    "replace",
    "rfind",
    "rindex",
    "rjust",
    "rpartition",
    "rsplit",
    "rstrip",
    "split",
    "splitlines",
    "startswith",
    "strftime",
    "strip",
    "swapcase",
    "time",
    "timestamp",
    "timetuple",
    "title",
    "toordinal",
    "translate",
    "tzname",
    "upper",
    "utcoffset",
    "weekday",
    "zfill",
];

/// Those of a list, and of a set, which is kept as one.
const OF_LIST: &[&str] = &[
    "add",
    "append",
    "clear",
    "copy",
    "count",
    "difference",
    "difference_update",
    "discard",
    "extend",
    "index",
    "insert",
    "intersection",
    "intersection_update",
    "isdisjoint",
    "issubset",
    "issuperset",
    "pop",
    "remove",
    "reverse",
    "sort",
    "symmetric_difference",
    "symmetric_difference_update",
    "union",
    "update",
];

const OF_DICT: &[&str] = &[
    "clear",
    "copy",
    "fromkeys",
    "get",
    "items",
    "keys",
    "pop",
    "popitem",
    "setdefault",
    "update",
    "values",
];

impl Machine<'_, '_> {
    /// Notes a method that a value does not have.
    pub fn check_method(&mut self, object: &Value, name: &str, span: Span) {
        let (kind, known) = match object {
            Value::Text(text) if !has_hole(text) => ("a text", OF_TEXT),
            Value::List(id) if self.heap.items(*id).is_some() => ("a list", OF_LIST),
            Value::Dict(id) if self.heap.get(*id, &Value::text(name)).is_none() => {
                ("a dict", OF_DICT)
            }
            _ => return,
        };
        if known.contains(&name) || name.starts_with('_') || name.is_empty() {
            return;
        }
        let place = if self.is_in_file {
            Some(span)
        } else {
            self.file_call
        };
        let (Some(span), 0, 0, true) = (place, self.doubt, self.only_parsing, self.is_understood)
        else {
            return;
        };
        let meant = closest(name, known.iter().copied());
        let question = meant.map_or(String::new(), |meant| format!("; did you mean `{meant}`?"));
        let mut message = format!("{kind} has no method `{name}`{question}");
        if !self.is_in_file {
            message.insert_str(0, "in a macro that is called here: ");
        }
        let mistake = Mistake {
            span,
            message,
            is_late: true,
        };
        if !self.mistakes_when_compiled.contains(&mistake) {
            self.mistakes_when_compiled.push(mistake);
        }
    }
}
