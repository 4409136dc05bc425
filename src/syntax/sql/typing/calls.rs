//! Which type does a function give?

use crate::syntax::sql::data_type::DataType;
use crate::syntax::sql::dialect::Dialect;
use crate::syntax::sql::expression::{ExpressionId, ExpressionKind};
use crate::syntax::sql::tree::Path;

use super::Typing;
use super::operators::{binary, common};
use crate::syntax::sql::token::Operator;

use DataType as T;

impl Typing<'_> {
    pub(super) fn call(&mut self, id: ExpressionId, path: Path) -> Option<DataType> {
        let [name] = self.tree.path(path) else {
            return None;
        };
        let name = name.text(self.text).to_ascii_lowercase();
        let mut arguments = self.tree.parts(id);
        let is_argument = |id: &ExpressionId| {
            let kind = self.tree.expression(*id).map(|it| it.kind);
            !matches!(kind, Some(ExpressionKind::Modifier))
        };
        arguments.retain(is_argument);
        match (self.dialect(), name.as_str()) {
            (Dialect::Snowflake, "count") => return Some(T::Decimal(0, 0)),
            (
                Dialect::Postgres | Dialect::Redshift | Dialect::BigQuery | Dialect::Databricks,
                "count",
            ) => {
                return Some(T::BigInt);
            }
            (_, "coalesce") => return self.together(&arguments),
            (_, "min" | "max" | "any_value" | "lag" | "lead" | "first_value" | "last_value") => {
                let found = self.argument(&arguments, 0)?;
                return found.settled(self.dialect());
            }
            (_, "nullif") => return self.argument(&arguments, 0)?.settled(self.dialect()),
            (_, "lower" | "upper" | "trim" | "replace") if self.dialect() != Dialect::Generic => {
                return Some(T::Varchar);
            }
            (_, "row_number" | "rank" | "dense_rank")
                if matches!(self.dialect(), Dialect::Postgres | Dialect::BigQuery) =>
            {
                return Some(T::BigInt);
            }
            (Dialect::DuckDb, _) => {}
            _ => return None,
        }
        self.of_duckdb(&name, &arguments)
    }

    fn argument(&mut self, arguments: &[ExpressionId], at: usize) -> Option<DataType> {
        self.expression(*arguments.get(at)?)
    }

    fn together(&mut self, arguments: &[ExpressionId]) -> Option<DataType> {
        let mut found = T::Null;
        for argument in arguments {
            let other = self.expression(*argument)?;
            found = common(found, other, self.dialect())?;
        }
        Some(found)
    }

    fn of_duckdb(&mut self, name: &str, arguments: &[ExpressionId]) -> Option<DataType> {
        if let Some(fixed) = fixed(name) {
            return Some(fixed);
        }
        match name {
            "ifnull" | "greatest" | "least" => self.together(arguments),
            "if" => self.together(arguments.get(1..)?),
            "first" | "last" | "mode" | "arg_max" | "arg_min" | "max_by" | "min_by"
            | "nth_value" => self.argument(arguments, 0)?.settled(Dialect::DuckDb),
            "sum" => Some(match self.argument(arguments, 0)? {
                T::Float | T::Double => T::Double,
                T::Decimal(_, scale) => T::Decimal(38, scale),
                T::Boolean => T::HugeInt,
                found if found.is_whole() => T::HugeInt,
                _ => return None,
            }),
            "avg" | "mean" => match self.argument(arguments, 0)? {
                T::Date | T::Timestamp => Some(T::Timestamp),
                found => found.is_number().then_some(T::Double),
            },
            "median" => match self.argument(arguments, 0)? {
                T::Decimal(precision, scale) => Some(T::Decimal(precision, scale)),
                found => (found.is_whole() || found == T::Double).then_some(T::Double),
            },
            "abs" => {
                let found = self.argument(arguments, 0)?.settled(Dialect::DuckDb)?;
                found.is_number().then_some(found)
            }
            "mod" => {
                let parts = [self.argument(arguments, 0), self.argument(arguments, 1)];
                binary(Operator::Modulo, &parts, Dialect::DuckDb)
            }
            "round" | "trunc" => self.rounded(arguments),
            "floor" | "ceil" | "ceiling" => match self.argument(arguments, 0)? {
                T::Decimal(precision, _) => Some(T::Decimal(precision, 0)),
                T::Float => Some(T::Float),
                found => found.is_number().then_some(T::Double),
            },
            "date_trunc" | "datetrunc" => match self.argument(arguments, 1)? {
                T::Date | T::Timestamp => Some(T::Timestamp),
                T::TimestampTz => Some(T::TimestampTz),
                _ => None,
            },
            "date_part" | "datepart" | "extract" => self.date_part(arguments),
            "date_add" => match self.argument(arguments, 0)? {
                T::Date | T::Timestamp => Some(T::Timestamp),
                _ => None,
            },
            _ => None,
        }
    }

    fn rounded(&mut self, arguments: &[ExpressionId]) -> Option<DataType> {
        let found = self.argument(arguments, 0)?.settled(Dialect::DuckDb)?;
        let T::Decimal(precision, scale) = found else {
            return found.is_number().then_some(found);
        };
        let wanted = match arguments.get(1) {
            None => 0,
            Some(digits) => match self.expression(*digits)? {
                T::Whole(digits) => u8::try_from(digits).ok()?,
                _ => return None,
            },
        };
        Some(T::Decimal(precision, scale.min(wanted)))
    }

    fn date_part(&mut self, arguments: &[ExpressionId]) -> Option<DataType> {
        let part = self.tree.expression(*arguments.first()?)?;
        let is_named = matches!(part.kind, ExpressionKind::Text | ExpressionKind::Word);
        let part = part
            .span
            .of(self.text)
            .trim_matches('\'')
            .to_ascii_lowercase();
        let is_known = is_named && crate::syntax::sql::parts::is_date_part(&part);
        match part.as_str() {
            "epoch" | "julian" => Some(T::Double),
            _ => is_known.then_some(T::BigInt),
        }
    }
}

/// Functions that give one type, whatever they are given.
fn fixed(name: &str) -> Option<DataType> {
    Some(match name {
        "count"
        | "count_star"
        | "approx_count_distinct"
        | "row_number"
        | "rank"
        | "dense_rank"
        | "rank_dense"
        | "ntile"
        | "length"
        | "len"
        | "strlen"
        | "char_length"
        | "instr"
        | "strpos"
        | "position"
        | "levenshtein"
        | "datediff"
        | "date_diff"
        | "datesub"
        | "date_sub"
        | "year"
        | "quarter"
        | "month"
        | "week"
        | "weekofyear"
        | "day"
        | "dayofmonth"
        | "dayofweek"
        | "dayofyear"
        | "isodow"
        | "isoyear"
        | "hour"
        | "minute"
        | "second"
        | "yearweek" => T::BigInt,
        "avg_distance"
        | "power"
        | "pow"
        | "sqrt"
        | "cbrt"
        | "exp"
        | "ln"
        | "log"
        | "log2"
        | "log10"
        | "pi"
        | "random"
        | "stddev"
        | "stddev_pop"
        | "stddev_samp"
        | "variance"
        | "var_pop"
        | "var_samp"
        | "corr"
        | "product"
        | "fsum"
        | "favg"
        | "percent_rank"
        | "cume_dist"
        | "epoch"
        | "sin"
        | "cos"
        | "tan"
        | "radians"
        | "degrees"
        | "jaro_winkler_similarity"
        | "jaccard" => T::Double,
        "bool_and" | "bool_or" | "contains" | "starts_with" | "ends_with" | "prefix" | "suffix"
        | "regexp_matches" | "regexp_full_match" | "isnan" | "isinf" | "isfinite"
        | "list_contains" | "json_valid" => T::Boolean,
        "lcase" | "ucase" | "ltrim" | "rtrim" | "lpad" | "rpad" | "left" | "right"
        | "substring" | "substr" | "reverse" | "regexp_replace" | "split_part" | "string_agg"
        | "group_concat" | "listagg" | "concat_ws" | "md5" | "sha1" | "sha256" | "strftime"
        | "dayname" | "monthname" | "chr" | "hex" | "translate" | "format" | "printf"
        | "typeof" | "strip_accents" | "version" => T::Varchar,
        "current_date" | "today" | "last_day" | "make_date" => T::Date,
        "now" | "get_current_timestamp" | "transaction_timestamp" | "to_timestamp" => {
            T::TimestampTz
        }
        "strptime" | "try_strptime" | "make_timestamp" => T::Timestamp,
        "count_if" | "countif" | "factorial" => T::HugeInt,
        "sign" => T::TinyInt,
        "hash" => T::UBigInt,
        "uuid" | "gen_random_uuid" => T::Uuid,
        "age" | "to_days" | "to_hours" | "to_minutes" | "to_months" | "to_seconds" | "to_weeks"
        | "to_years" => T::Interval,
        "ascii" | "unicode" | "ord" => T::Integer,
        _ => return None,
    })
}
