//! What do dbt's functions and macros give while dbt parses? (dbt-core `context/providers.py`;
//! the parse-time stand-ins of `dbt.adapters.base`.)

use super::call::Arguments;
use super::machine::{Machine, Step, Stop};
use super::value::Value;
use crate::dbt;

impl Machine<'_, '_> {
    /// `var(name, default)`
    pub fn var(&mut self, arguments: &Arguments) -> Value {
        let Some(name) = arguments.text(0, "var_name").map(ToOwned::to_owned) else {
            return Value::Unknown;
        };
        match self.find_var(&name) {
            Some(value) => {
                // What waits for `--vars`.
                self.defaults += u32::from(value == dbt::Value::Null);
                self.heap.of_yaml(&value, 0)
            }
            None => match arguments.get(1, "default") {
                Some(default) => {
                    self.defaults += 1;
                    default.clone()
                }
                None => Value::None,
            },
        }
    }

    /// Whether something gives a variable, `none` perhaps.
    pub fn has_var(&self, name: &str) -> bool {
        self.find_var(name).is_some()
    }

    fn find_var(&self, name: &str) -> Option<dbt::Value> {
        let own = dbt::get(self.inputs.vars, self.library.root_name());
        let scoped = own.and_then(|own| own.get(name));
        dbt::get(self.inputs.given_vars, name)
            .or(scoped)
            .or_else(|| dbt::get(self.inputs.vars, name))
            .cloned()
    }

    pub fn function(&mut self, name: &str, arguments: &Arguments) -> Step<Value> {
        let first = arguments.value(0, "value");
        Ok(match name {
            "env_var" => self.env_var(arguments),
            "log" | "print" | "write" | "store_result" | "store_raw_result" => Value::text(""),
            "load_result" => self.while_parsed(Value::None),
            "range" => self.range(arguments)?,
            "dict" => {
                let entries = arguments.keyword.iter();
                let entries = entries.map(|(key, value)| (Value::Text(key.clone()), value.clone()));
                let entries = entries.collect();
                self.copied_dict(&first, entries)?
            }
            "namespace" => {
                let entries = arguments.keyword.iter();
                let entries = entries.map(|(key, value)| (Value::Text(key.clone()), value.clone()));
                let entries = entries.collect();
                match self.copied_dict(&first, entries)? {
                    Value::Dict(id) => Value::Namespace(id),
                    other => other,
                }
            }
            "set" | "set_strict" => match self.elements(&first) {
                Ok(Some(items)) => self.distinct(&items)?,
                _ => Value::Unknown,
            },
            "zip" | "zip_strict" => self.zip(arguments)?,
            "fromjson" => match first.as_text() {
                Some(text) => match self.read_json(text)? {
                    Some(value) => value,
                    None => arguments.value(1, "default"),
                },
                None => Value::Unknown,
            },
            "tojson" => match self.json(&first, 0) {
                Some(text) => self.text(&text)?,
                None => Value::Unknown,
            },
            _ => Value::Unknown,
        })
    }

    fn copied_dict(&mut self, from: &Value, mut entries: Vec<(Value, Value)>) -> Step<Value> {
        self.grow(entries.len() * 64 + 64)?;
        let mut all = match from {
            Value::Undefined => Vec::new(),
            Value::Dict(id) => match self.heap.entries(*id) {
                Some(entries) => entries.to_vec(),
                None => return Ok(Value::Unknown),
            },
            _ => return Ok(Value::Unknown),
        };
        self.grow(all.len() * 64)?;
        all.append(&mut entries);
        Ok(self.heap.dict(all))
    }

    fn env_var(&mut self, arguments: &Arguments) -> Value {
        let Some(name) = arguments.text(0, "var") else {
            return Value::Unknown;
        };
        match self.inputs.environment.get(name) {
            Some(value) => Value::text(value),
            None => match arguments.get(1, "default") {
                Some(default) => {
                    self.defaults += 1;
                    default.clone()
                }
                // dbt would stop; where it runs the variable is set, most likely.
                None => Value::Unknown,
            },
        }
    }

    fn range(&mut self, arguments: &Arguments) -> Step<Value> {
        let numbers: Option<Vec<i64>> = arguments.positional.iter().map(Value::as_int).collect();
        let (start, stop, stride) = match numbers.as_deref() {
            Some([stop]) => (0, *stop, 1),
            Some([start, stop]) => (*start, *stop, 1),
            Some([start, stop, stride]) if *stride != 0 => (*start, *stop, *stride),
            Some(_) => return Err(Stop::Failed),
            None => return Ok(Value::Unknown),
        };
        let mut items = Vec::new();
        let mut at = start;
        while (stride > 0 && at < stop) || (stride < 0 && at > stop) {
            if items.len() >= 100_000 {
                return Err(Stop::Exhausted);
            }
            items.push(Value::Int(at));
            at = at.saturating_add(stride);
        }
        self.spend(items.len() / 8)?;
        self.list(items)
    }

    fn zip(&mut self, arguments: &Arguments) -> Step<Value> {
        let mut columns = Vec::new();
        for value in &arguments.positional {
            match self.elements(value)? {
                Some(items) => columns.push(items),
                None => return Ok(Value::Unknown),
            }
        }
        let length = columns.iter().map(Vec::len).min().unwrap_or(0);
        let mut rows = Vec::new();
        for at in 0..length {
            self.grow(columns.len() * 32)?;
            let row = columns.iter().filter_map(|column| column.get(at).cloned());
            let row = row.collect();
            rows.push(self.heap.tuple(row));
        }
        self.list(rows)
    }

    /// The elements without those that are there already.
    pub fn distinct(&mut self, items: &[Value]) -> Step<Value> {
        let mut kept: Vec<Value> = Vec::new();
        for item in items {
            self.spend(kept.len() / 8 + 1)?;
            let mut is_new = true;
            for other in &kept {
                match self.heap.equal(other, item, 0) {
                    Some(true) => is_new = false,
                    Some(false) => {}
                    None => return Ok(Value::Unknown),
                }
            }
            if is_new {
                kept.push(item.clone());
            }
        }
        self.list(kept)
    }

    /// One of dbt's own macros.
    pub fn global(
        &mut self,
        name: &str,
        arguments: &Arguments,
        caller: Option<&Value>,
    ) -> Step<Value> {
        if let (Some(Value::Caller(at)), false) = (caller, name == "statement") {
            self.ask_caller(*at, &Arguments::default())?;
        }
        Ok(match name {
            "is_incremental" => self.while_parsed(Value::Bool(false)),
            "statement" | "noop_statement" | "set_sql_header" => Value::text(""),
            "should_full_refresh" => self.while_parsed(Value::text("")),
            "run_query" => self.while_parsed(Value::Undefined),
            "load_relation" | "load_cached_relation" => self.while_parsed(Value::None),
            "get_columns_in_relation" if self.compiles() => Value::Unknown,
            "get_columns_in_relation" => self.list(Vec::new())?,
            "ref" | "source" => return Err(Stop::Failed),
            "return" => return Err(Stop::Return(arguments.value(0, "data"))),
            _ => self.cross_database(name, arguments)?,
        })
    }

    /// A method of the adapter.
    pub fn adapter(&mut self, name: &str, arguments: &Arguments) -> Step<Value> {
        Ok(match name {
            "dispatch" => self.dispatch(arguments).unwrap_or(Value::Unknown),
            "type" => {
                let adapter = self.inputs.target.adapter.as_deref();
                adapter.map_or(Value::Unknown, Value::text)
            }
            "get_relation"
            | "create_schema"
            | "drop_schema"
            | "drop_relation"
            | "truncate_relation"
            | "rename_relation"
            | "expand_target_column_types"
            | "valid_snapshot_target" => self.while_parsed(Value::None),
            "get_columns_in_relation" | "get_missing_columns" | "get_column_schema_from_query"
                if self.compiles() =>
            {
                Value::Unknown
            }
            "get_columns_in_relation" | "get_missing_columns" | "get_column_schema_from_query" => {
                self.list(Vec::new())?
            }
            "check_schema_exists" | "already_exists" => self.while_parsed(Value::Bool(false)),
            _ => Value::Unknown,
        })
    }

    /// `adapter.dispatch(name, namespace)`: the macro itself, which is called next; `None` where
    /// nobody has one.
    pub fn dispatch(&mut self, arguments: &Arguments) -> Option<Value> {
        let Some(name) = arguments.text(0, "macro_name").map(ToOwned::to_owned) else {
            return Some(self.lose_sight());
        };
        let namespace = arguments.text(1, "macro_namespace");
        let packages = self.searched(namespace);
        if packages.is_empty() && namespace.is_some_and(|it| it != "dbt") {
            return Some(self.lose_sight());
        }
        let adapter = self.inputs.target.adapter.clone();
        for package in packages {
            match &adapter {
                Some(adapter) => {
                    for prefix in dbt::adapter_chain(adapter) {
                        if let Some(at) = self.library.find(package, &format!("{prefix}__{name}")) {
                            return Some(Value::Macro(at));
                        }
                    }
                }
                // Which one it is only the adapter tells; what it gives is unknown.
                None if self.library.has_variants(package, &name) => {
                    return Some(Value::Function("one_of_many"));
                }
                None => {}
            }
            if let Some(at) = self.library.find(package, &format!("default__{name}")) {
                return Some(Value::Macro(at));
            }
        }
        let is_known = adapter.as_deref().is_some_and(dbt::is_known_adapter);
        let is_global = |name: &str| dbt::global_macros_named(name).next().is_some();
        let is_nowhere = is_known && !is_global(&name) && !is_global(&format!("default__{name}"));
        (!is_nowhere).then(|| Value::Global(name.into()))
    }

    /// The packages in which dispatch looks, by the project's `dispatch:`.
    pub fn searched(&self, namespace: Option<&str>) -> Vec<usize> {
        let Some(namespace) = namespace else {
            return (0..self.library.packages()).collect();
        };
        let order = self.inputs.dispatch.iter().find_map(|entry| {
            let is_it =
                entry.get("macro_namespace").and_then(dbt::Value::as_text) == Some(namespace);
            match entry.get("search_order") {
                Some(dbt::Value::List(order)) if is_it => Some(order),
                _ => None,
            }
        });
        match order {
            Some(order) => order
                .iter()
                .filter_map(dbt::Value::as_text)
                .filter_map(|name| self.library.package(name))
                .collect(),
            None => std::iter::once(0)
                .chain(self.library.package(namespace))
                .collect(),
        }
    }
}
