//! Does a place of a template run while dbt parses? What conditions say without running anything.

use super::constant::Constant;
use super::expression::{
    BinaryOperator, CompareOperator, Expression, ExpressionKind, UnaryOperator,
};
use super::names::Names;

/// Whether a call is made while dbt parses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// It is made.
    Always,
    /// It is not made while dbt parses, and is for certain when dbt compiles: under `execute`.
    AtCompile,
    /// Only running tells.
    Unknown,
    /// It is not made while dbt parses; it may be made when dbt runs, as under `is_incremental()`.
    AtExecute,
    /// It is never made.
    Never,
}

impl Reach {
    /// The reach of what hangs on two conditions.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self.min(other), self.max(other)) {
            (Self::AtCompile, Self::Unknown) => Self::AtExecute,
            (_, greater) => greater,
        }
    }
}

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    True,
    False,
    /// So it is while dbt parses; when dbt runs it may be otherwise.
    WhileParsing(bool),
    /// So it is while dbt parses, and the other way round when it compiles.
    NotExecute(bool),
    Unknown,
}

impl Truth {
    /// The reach of what stands under the condition.
    pub fn reach(self) -> Reach {
        match self {
            Self::True | Self::WhileParsing(true) | Self::NotExecute(true) => Reach::Always,
            Self::False => Reach::Never,
            Self::NotExecute(false) => Reach::AtCompile,
            Self::WhileParsing(false) => Reach::AtExecute,
            Self::Unknown => Reach::Unknown,
        }
    }

    fn of(value: Option<bool>) -> Self {
        match value {
            Some(true) => Self::True,
            Some(false) => Self::False,
            None => Self::Unknown,
        }
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, other) | (other, Self::True) => other,
            (Self::NotExecute(one), Self::NotExecute(other)) if one == other => self,
            (Self::NotExecute(_), Self::NotExecute(_)) => Self::False,
            (Self::WhileParsing(false) | Self::NotExecute(false), _)
            | (_, Self::WhileParsing(false) | Self::NotExecute(false)) => Self::WhileParsing(false),
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (
                Self::WhileParsing(true) | Self::NotExecute(true),
                Self::WhileParsing(true) | Self::NotExecute(true),
            ) => Self::WhileParsing(true),
        }
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::WhileParsing(value) => Self::WhileParsing(!value),
            Self::NotExecute(value) => Self::NotExecute(!value),
            Self::Unknown => Self::Unknown,
        }
    }
}

impl<'a> Names<'a> {
    /// Whether `condition` holds.
    pub fn truth(&self, condition: &Expression<'a>) -> Truth {
        match &condition.kind {
            ExpressionKind::Unary(UnaryOperator::Not, operand) => !self.truth(operand),
            ExpressionKind::Binary(BinaryOperator::And, pair) => {
                self.truth(&pair.0).and(self.truth(&pair.1))
            }
            ExpressionKind::Binary(BinaryOperator::Or, pair) => {
                !(!self.truth(&pair.0)).and(!self.truth(&pair.1))
            }
            ExpressionKind::Name("execute") if self.value("execute").is_none() => {
                Truth::NotExecute(false)
            }
            ExpressionKind::Call(call) => match call.callee.path().as_deref() {
                Some(["is_incremental"] | ["dbt" | "builtins", "is_incremental"]) => {
                    Truth::WhileParsing(false)
                }
                _ => Truth::Unknown,
            },
            ExpressionKind::Compare(compare) => match compare.rest.as_slice() {
                [(CompareOperator::Equal, right)] => self.equal(&compare.first, right),
                [(CompareOperator::NotEqual, right)] => !self.equal(&compare.first, right),
                _ => Truth::Unknown,
            },
            _ => Truth::of(self.fold(condition).is_truthy()),
        }
    }

    fn equal(&self, left: &Expression<'a>, right: &Expression<'a>) -> Truth {
        match (self.fold(left), self.fold(right)) {
            (Constant::Str { text: left, .. }, Constant::Str { text: right, .. }) => {
                Truth::of(Some(left == right))
            }
            (Constant::Bool(left), Constant::Bool(right)) => Truth::of(Some(left == right)),
            (Constant::Int(left), Constant::Int(right)) => {
                match (left.parse::<i64>(), right.parse::<i64>()) {
                    (Ok(left), Ok(right)) => Truth::of(Some(left == right)),
                    _ => Truth::Unknown,
                }
            }
            (Constant::None, Constant::None) => Truth::True,
            _ => Truth::Unknown,
        }
    }
}
