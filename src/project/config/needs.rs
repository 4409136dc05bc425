//! What does dbt want of the configuration of snapshots and of microbatch models?
//! (dbt-core `artifacts/resources/v1/snapshot.py`, `parser/manifest.py`.)

use crate::dbt::{Maybe, Value};

use super::{Setter, Sources};

/// Something that is missing, or that may not be there.
#[derive(Clone, Debug, PartialEq)]
pub struct Unmet {
    /// What, on one line.
    pub message: String,
    /// Who sets what is wrong; the resource itself where something is missing.
    pub setter: Option<Setter>,
}

fn missing(message: &str) -> Unmet {
    Unmet {
        message: message.into(),
        setter: None,
    }
}

impl Sources<'_> {
    /// What is unmet; `has_own_strategy` says whether somebody brings the microbatch strategy along.
    pub(in crate::project) fn unmet(&self, has_own_strategy: bool) -> Option<Unmet> {
        if self.has_unknown_keys() {
            return None;
        }
        match self.tree {
            "snapshots" => self.snapshot(),
            "models" if !has_own_strategy => self.microbatch(),
            _ => None,
        }
    }

    /// A value that is set: nothing where only dbt can tell.
    fn set(&self, key: &str) -> Result<Option<(Value, Setter)>, ()> {
        match self.value(key) {
            None | Some((Maybe::Known(Value::Null), _)) => Ok(None),
            Some((Maybe::Known(value), setter)) => Ok(Some((value, setter))),
            Some((Maybe::Unknown, _)) => Err(()),
        }
    }

    /// The same, where an empty list or text is nothing, too.
    fn filled(&self, key: &str) -> Result<Option<(Value, Setter)>, ()> {
        let is_empty = |value: &Value| {
            matches!(value, Value::List(items) if items.is_empty()) || value.as_text() == Some("")
        };
        Ok(self.set(key)?.filter(|(value, _)| !is_empty(value)))
    }

    fn snapshot(&self) -> Option<Unmet> {
        let strategy = self.filled("strategy").ok()?;
        let unique_key = self.filled("unique_key").ok()?;
        let (Some((strategy, _)), Some(_)) = (strategy, unique_key) else {
            return Some(missing("a snapshot needs `strategy` and `unique_key`"));
        };
        let columns = self.filled("check_cols").ok()?;
        match (strategy.as_text()?, columns) {
            ("check", None) => Some(missing("the strategy `check` needs `check_cols`")),
            ("check", Some((value, setter))) => {
                let is_taken = matches!(value, Value::List(_)) || value.as_text() == Some("all");
                (!is_taken).then(|| Unmet {
                    message: "`check_cols` is `all` or a list of columns".into(),
                    setter: Some(setter),
                })
            }
            ("timestamp", columns) => {
                if self.filled("updated_at").ok()?.is_none() {
                    return Some(missing("the strategy `timestamp` needs `updated_at`"));
                }
                let (_, setter) = columns?;
                Some(Unmet {
                    message: "the strategy `timestamp` has no `check_cols`".into(),
                    setter: Some(setter),
                })
            }
            _ => None,
        }
    }

    fn microbatch(&self) -> Option<Unmet> {
        let is = |key: &str, text: &str| {
            let (value, setter) = self.set(key).ok()??;
            (value.as_text() == Some(text)).then_some(setter)
        };
        is("materialized", "incremental")?;
        let strategy = is("incremental_strategy", "microbatch")?;
        let unmet = |message: &str| {
            Some(Unmet {
                message: message.into(),
                setter: Some(strategy),
            })
        };
        let text = |key: &str| match self.set(key) {
            Ok(found) => Ok(found.and_then(|(value, _)| value.as_text().map(ToOwned::to_owned))),
            Err(()) => Err(()),
        };
        if text("event_time").ok()?.is_none() {
            return unmet("a microbatch model needs `event_time`, the column of its time");
        }
        let begin = text("begin").ok()?;
        if begin.is_none_or(|begin| !begin.contains(|c: char| c.is_ascii_digit())) {
            return unmet("a microbatch model needs `begin`, a date");
        }
        let size = text("batch_size").ok()?;
        let sizes = ["hour", "day", "month", "year"];
        if size.is_none_or(|size| !sizes.contains(&&*size)) {
            return unmet(
                "a microbatch model needs `batch_size`: `hour`, `day`, `month` or `year`",
            );
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn snapshots_need_a_strategy_and_what_it_needs() {
        check_diagnostics(
            "
//- project shop
//- models/a.sql
select 1 as id
//- snapshots/s.sql
{% snapshot none %}select 1{% endsnapshot %}
--          ^^^^ error[invalid-value]: a snapshot needs `strategy` and `unique_key`
{% snapshot off %}{{ config(enabled=false) }}select 1{% endsnapshot %}
{% snapshot fine %}{{ config(strategy='check', unique_key='id', check_cols='all') }}select 1{% endsnapshot %}
{% snapshot own %}{{ config(strategy='mine', unique_key='id') }}select 1{% endsnapshot %}
{% snapshot wrong %}{{ config(strategy='check', unique_key='id', check_cols='id') }}select 1{% endsnapshot %}
--                                                               ^^^^^^^^^^^^^^^ error[invalid-value]: `check_cols` is `all` or a list of columns
//- snapshots/s.yml
snapshots:
  - name: y
#         ^ error[invalid-value]: the strategy `timestamp` needs `updated_at`
    relation: ref('a')
    config: {strategy: timestamp, unique_key: id}
  - name: z
    relation: ref('a')
    config: {strategy: timestamp, unique_key: id, updated_at: \"{{ var('x', 'y') }}\"}
",
        );
    }

    #[test]
    fn what_is_empty_is_not_set() {
        check_diagnostics(
            "
//- project shop
//- models/a.sql
select 1 as id
//- snapshots/s.yml
snapshots:
  - name: fine
    relation: ref('a')
    config: {strategy: timestamp, unique_key: id, updated_at: at, check_cols: []}
  - name: nothing_checked
#         ^^^^^^^^^^^^^^^ error[invalid-value]: the strategy `check` needs `check_cols`
    relation: ref('a')
    config: {strategy: check, unique_key: id, check_cols: []}
  - name: no_key
#         ^^^^^^ error[invalid-value]: a snapshot needs `strategy` and `unique_key`
    relation: ref('a')
    config: {strategy: check, unique_key: [], check_cols: all}
",
        );
    }

    #[test]
    fn a_microbatch_model_needs_its_time() {
        check_diagnostics(
            "
//- project shop
//- models/a.sql
{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='at', begin='2026-01-01') }} select 1
--                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[invalid-value]: a microbatch model needs `batch_size`: `hour`, `day`, `month` or `year`
//- models/b.sql
{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='at', begin=var('from', '2026-01-01'), batch_size='day') }} select 1
//- models/c.sql
{{ config(materialized='incremental', incremental_strategy='append') }} select 1
",
        );
    }
}
