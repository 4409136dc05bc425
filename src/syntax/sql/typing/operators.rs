//! Which type does an operator give, and which do several values have in common? For `DuckDB` as
//! it has been seen to answer; elsewhere only where the types are one.

use crate::syntax::sql::data_type::DataType;
use crate::syntax::sql::dialect::Dialect;
use crate::syntax::sql::token::Operator;

use DataType as T;

/// The type that two values take together: of a `case`, a `coalesce`, a set operation.
pub(super) fn common(one: DataType, other: DataType, dialect: Dialect) -> Option<DataType> {
    let (one, other) = match (one, other) {
        (T::Null, other) => return Some(other),
        (one, T::Null) => return Some(one),
        (T::Whole(a), T::Whole(b)) => return Some(T::Whole(a.max(b))),
        (T::Quoted, T::Quoted) => return Some(T::Quoted),
        (T::Quoted, T::Whole(_)) | (T::Whole(_), T::Quoted) => return None,
        (T::Quoted, other) => return Some(other),
        (one, T::Quoted) => return Some(one),
        (one, other) => (one, other),
    };
    if one == other {
        return Some(one);
    }
    if dialect != Dialect::DuckDb {
        return match (one, other) {
            (T::Whole(_), other) | (other, T::Whole(_)) if other.is_number() => Some(other),
            _ => None,
        };
    }
    match (one, other) {
        (T::Whole(value), other) | (other, T::Whole(value)) if other.is_whole() => {
            if fits(value, other) {
                Some(other)
            } else {
                wider(T::Whole(value).settled(dialect)?, other)
            }
        }
        (one, other) if one.is_whole() && other.is_whole() => wider(one, other),
        (one, other) if one.is_number() && other.is_number() => numbers(one, other),
        (T::Date, T::Timestamp) | (T::Timestamp, T::Date) => Some(T::Timestamp),
        _ => None,
    }
}

/// Whether a number can be one of a type.
fn fits(value: i64, kind: DataType) -> bool {
    match kind {
        T::TinyInt => i8::try_from(value).is_ok(),
        T::SmallInt => i16::try_from(value).is_ok(),
        T::Integer => i32::try_from(value).is_ok(),
        T::BigInt | T::HugeInt => true,
        T::UTinyInt => u8::try_from(value).is_ok(),
        T::USmallInt => u16::try_from(value).is_ok(),
        T::UInteger => u32::try_from(value).is_ok(),
        T::UBigInt | T::UHugeInt => value >= 0,
        _ => false,
    }
}

fn rank(kind: DataType) -> Option<u8> {
    Some(match kind {
        T::TinyInt => 1,
        T::SmallInt => 2,
        T::Integer => 3,
        T::BigInt => 4,
        T::HugeInt => 5,
        _ => return None,
    })
}

/// The wider of two whole numbers with a sign.
fn wider(one: DataType, other: DataType) -> Option<DataType> {
    if one == other {
        return Some(one);
    }
    Some(if rank(one)? >= rank(other)? {
        one
    } else {
        other
    })
}

/// A number as a decimal.
fn decimal(kind: DataType) -> Option<(u8, u8)> {
    Some(match kind {
        T::Decimal(precision, scale) => (precision, scale),
        T::TinyInt => (3, 0),
        T::SmallInt => (5, 0),
        T::Integer => (10, 0),
        T::Whole(value) if i32::try_from(value).is_ok() => (10, 0),
        T::Whole(_) | T::BigInt => (19, 0),
        T::HugeInt => (38, 0),
        _ => return None,
    })
}

fn numbers(one: DataType, other: DataType) -> Option<DataType> {
    if one == T::Double || other == T::Double {
        return Some(T::Double);
    }
    if one == T::Float || other == T::Float {
        return Some(T::Float);
    }
    let ((p1, s1), (p2, s2)) = (decimal(one)?, decimal(other)?);
    let scale = s1.max(s2);
    let whole = p1.saturating_sub(s1).max(p2.saturating_sub(s2));
    Some(T::Decimal((whole + scale).min(38), scale))
}

/// The type of `left operator right`.
pub(super) fn binary(
    operator: Operator,
    parts: &[Option<DataType>],
    dialect: Dialect,
) -> Option<DataType> {
    match operator {
        Operator::Equal | Operator::Compare | Operator::Logic => return Some(T::Boolean),
        Operator::Concat => {
            let is_text = |it: &Option<DataType>| it.is_some_and(|it| it != T::Blob);
            return parts.iter().all(is_text).then_some(T::Varchar);
        }
        Operator::Plus
        | Operator::Minus
        | Operator::Times
        | Operator::Divide
        | Operator::IntegerDivide
        | Operator::Modulo
        | Operator::Other => {}
    }
    let [Some(left), Some(right)] = *parts else {
        return None;
    };
    if dialect == Dialect::Snowflake {
        let is_exact = |it| matches!(it, T::Whole(_) | T::Decimal(..));
        return (is_exact(left) && is_exact(right)).then_some(T::Decimal(0, 0));
    }
    if dialect != Dialect::DuckDb {
        return None;
    }
    if !(left.is_number() && right.is_number()) {
        return moments(operator, left, right);
    }
    match operator {
        Operator::Divide if left == T::Float || right == T::Float => None,
        Operator::Divide => Some(T::Double),
        Operator::IntegerDivide if left.is_whole() && right.is_whole() => arithmetic(left, right),
        Operator::Plus | Operator::Minus => match (left, right) {
            _ if left.is_whole() && right.is_whole() => arithmetic(left, right),
            _ if is_float(left) || is_float(right) => numbers(left, right),
            _ => {
                let ((p1, s1), (p2, s2)) = (decimal(left)?, decimal(right)?);
                let scale = s1.max(s2);
                let whole = p1.saturating_sub(s1).max(p2.saturating_sub(s2));
                Some(T::Decimal((whole + scale + 1).min(38), scale))
            }
        },
        Operator::Times => match (left, right) {
            _ if left.is_whole() && right.is_whole() => arithmetic(left, right),
            _ if is_float(left) || is_float(right) => numbers(left, right),
            _ => {
                let ((p1, s1), (p2, s2)) = (decimal(left)?, decimal(right)?);
                let precision = p1.saturating_add(p2);
                let most = if p1 <= 18 && p2 <= 18 { 18 } else { 38 };
                let scale = s1.checked_add(s2).filter(|scale| *scale <= 38)?;
                Some(T::Decimal(precision.min(most).max(scale), scale))
            }
        },
        Operator::Modulo => {
            if left.is_whole() && right.is_whole() {
                arithmetic(left, right)
            } else {
                numbers(left, right)
            }
        }
        Operator::IntegerDivide
        | Operator::Concat
        | Operator::Equal
        | Operator::Compare
        | Operator::Logic
        | Operator::Other => None,
    }
}

fn is_float(kind: DataType) -> bool {
    matches!(kind, T::Float | T::Double)
}

/// Two whole numbers: literals are as they are written.
fn arithmetic(left: DataType, right: DataType) -> Option<DataType> {
    match (left, right) {
        (T::Whole(_), T::Whole(_)) => {
            let one = left.settled(Dialect::DuckDb)?;
            wider(one, right.settled(Dialect::DuckDb)?)
        }
        _ => common(left, right, Dialect::DuckDb),
    }
}

/// Dates, times and intervals.
fn moments(operator: Operator, left: DataType, right: DataType) -> Option<DataType> {
    use Operator::{Minus, Plus, Times};
    Some(match (left, operator, right) {
        (T::Date, Plus | Minus, T::Integer | T::Whole(_)) => T::Date,
        (T::Integer | T::Whole(_), Plus, T::Date) => T::Date,
        (T::Date, Minus, T::Date) => T::BigInt,
        (T::Date | T::Timestamp, Plus | Minus, T::Interval) => T::Timestamp,
        (T::Interval, Plus, T::Date | T::Timestamp) => T::Timestamp,
        (T::TimestampTz, Plus | Minus, T::Interval) => T::TimestampTz,
        (T::Timestamp, Minus, T::Timestamp) | (T::TimestampTz, Minus, T::TimestampTz) => {
            T::Interval
        }
        (T::Interval, Plus | Minus, T::Interval) => T::Interval,
        (T::Interval, Times, right) if right.is_whole() => T::Interval,
        _ => return None,
    })
}
