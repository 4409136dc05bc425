//! What does an expression consist of? A flat table in which the parts of an expression come
//! right before it, so that going through one needs no recursion.

use super::token::Operator;
use super::tree::{Clause, Path, QueryId, ReferenceId, SelectId, Tree};
use crate::text::Span;

/// An [`Expression`] of a [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExpressionId(pub(crate) u32);

/// An expression and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// All of it, parentheses around it not included.
    pub span: Span,
    /// The number of its first part of all depths; its own without parts.
    pub(crate) first: u32,
}

/// The kinds of expressions. Their parts are [`Tree::parts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpressionKind {
    /// A column.
    Column(ReferenceId),
    /// `42`, `1.5`
    Number,
    /// `'text'`
    Text,
    /// `true`, `false`
    Boolean,
    /// `null`
    Null,
    /// `date '2020-01-01'`: the span of the type.
    Typed(Span),
    /// `interval '1 day'`
    Interval,
    /// A word that is a value or an argument by itself: `current_date`, `day`.
    Word,
    /// `f(arguments)`
    Call(Path),
    /// `cast(value as type)`, `value::type`
    Cast {
        /// Where the type stands.
        to: Span,
        /// Whether what cannot be cast becomes null.
        is_lenient: bool,
    },
    /// `case … end`: a value to compare with, if any, then [`Self::When`] and [`Self::Else`].
    Case,
    /// `when condition then value`
    When,
    /// `else value`
    Else,
    /// `left operator right`; with `is null` and its like, only the left one.
    Binary(Operator),
    /// `not value`
    Not,
    /// `- value`
    Negative,
    /// `( select … )`
    Subquery(QueryId),
    /// `exists ( select … )`
    Exists(QueryId),
    /// `(a, b)`
    Tuple,
    /// `[a, b]`, `array[a, b]`
    List,
    /// `{'a': b}`, `struct(a as b)`
    Struct,
    /// `value[index]`
    Element,
    /// `value.field`, `value:field`
    Field,
    /// `*` as an argument, `t.*`
    Star(Path),
    /// `name => value`
    Named,
    /// `over (…)`, `filter (…)`, `within group (…)`, `order by …` of a call.
    Modifier,
    /// `x -> value`
    Lambda,
    /// `{{ … }}`
    Jinja,
    /// Something that is not understood.
    Opaque,
}

/// A place that names a column: a name with the names before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// `alias.column`, or longer.
    pub path: Path,
    /// All of it.
    pub span: Span,
    /// The select whose relations it sees; none where there is no select.
    pub select: Option<SelectId>,
    /// Where in the select it stands.
    pub clause: Clause,
    /// How many relations of the select stand before it, where it stands among them.
    pub relations: u32,
    /// Whether it is, or may be, something else than a column: a lambda's parameter, a part of a
    /// date, a name in a function that has its own rules.
    pub is_doubtful: bool,
    /// Whether Jinja may leave it out.
    pub is_conditional: bool,
}

impl ExpressionId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

impl Tree {
    /// The expression with this number.
    #[must_use]
    pub fn expression(&self, id: ExpressionId) -> Option<&Expression> {
        self.expressions.get(id.index())
    }

    /// The direct parts of an expression, in the text's order.
    #[must_use]
    pub fn parts(&self, id: ExpressionId) -> Vec<ExpressionId> {
        let mut parts = Vec::new();
        let Some(whole) = self.expression(id) else {
            return parts;
        };
        let mut at = id.0;
        while at > whole.first {
            at -= 1;
            parts.push(ExpressionId(at));
            at = self
                .expression(ExpressionId(at))
                .map_or(0, |part| part.first);
        }
        parts.reverse();
        parts
    }

    /// An expression with its parts of all depths, those of subqueries included; itself last.
    #[must_use]
    pub fn within(&self, id: ExpressionId) -> &[Expression] {
        let first = self.expression(id).map_or(0, |whole| whole.first as usize);
        self.expressions.get(first..=id.index()).unwrap_or(&[])
    }
}
