//! What do dbt's cross-database macros write? Each adapter has its own words for them, but an
//! expression of what they are given they all write (dbt-adapters `macros/utils`).

use super::call::Arguments;
use super::expand::HOLE;
use super::machine::{Machine, Step};
use super::value::Value;

/// The macros, each with those of its parameters that are expressions in what it writes.
const MACROS: [(&str, &[(usize, &str)]); 17] = [
    ("any_value", &[(0, "expression")]),
    ("bool_or", &[(0, "expression")]),
    ("cast", &[(0, "field")]),
    ("cast_bool_to_text", &[(0, "field")]),
    ("concat", &[(0, "fields")]),
    ("date_trunc", &[(1, "date")]),
    ("dateadd", &[(1, "interval"), (2, "from_date_or_timestamp")]),
    ("datediff", &[(0, "first_date"), (1, "second_date")]),
    ("hash", &[(0, "field")]),
    ("last_day", &[(0, "date")]),
    ("length", &[(0, "expression")]),
    ("listagg", &[(0, "measure")]),
    ("position", &[(0, "substring_text"), (1, "string_text")]),
    (
        "replace",
        &[(0, "field"), (1, "old_chars"), (2, "new_chars")],
    ),
    ("right", &[(0, "string_text"), (1, "length_expression")]),
    ("safe_cast", &[(0, "field")]),
    (
        "split_part",
        &[
            (0, "string_text"),
            (1, "delimiter_text"),
            (2, "part_number"),
        ],
    ),
];

impl Machine<'_, '_> {
    /// What one of these macros writes when dbt compiles: a hole, and in it what it is given. A
    /// macro that names a data type leaves nothing but the hole.
    pub fn cross_database(&mut self, name: &str, arguments: &Arguments) -> Step<Value> {
        if !self.compiles() || arguments.has_more || self.has_own(name) {
            return Ok(Value::Unknown);
        }
        if name.starts_with("type_") {
            return self.text(HOLE);
        }
        let Some((_, parameters)) = MACROS.iter().find(|(known, _)| *known == name) else {
            return Ok(Value::Unknown);
        };
        let mut text = format!("coalesce({HOLE}");
        for (at, parameter) in *parameters {
            let given = match arguments.value(*at, parameter) {
                Value::Undefined => continue,
                list @ Value::List(_) => self.elements(&list)?,
                one => Some(vec![one]),
            };
            // As long as it may be, nobody knows of what.
            let Some(given) = given else {
                return Ok(Value::Unknown);
            };
            for expression in given {
                text.push_str(", ");
                text.push_str(self.heap.text(&expression).as_deref().unwrap_or(HOLE));
            }
        }
        text.push(')');
        self.text(&text)
    }

    /// Whether the project has a macro that stands in the place of dbt's.
    fn has_own(&self, name: &str) -> bool {
        let default = format!("default__{name}");
        let mut packages = self.searched(Some("dbt")).into_iter();
        packages.any(|package| {
            self.library.has_variants(package, name)
                || self.library.find(package, &default).is_some()
        })
    }
}
