//! Does a template reckon with values? Then Python may refuse to, and only going through it tells.

use super::expression::{
    BinaryOperator, CompareOperator, Expression, ExpressionKind, UnaryOperator,
};
use super::filters::{no_filter, no_test};
use super::statement::{Statement, Template};
use super::walk;

/// Whether a template has something outside of its macros that Python may refuse: sums, comparisons
/// of sizes, several names at once, a loop over what is no list; or a filter that nobody knows.
#[must_use]
pub fn reckons(template: &Template<'_>) -> bool {
    template.body.iter().any(statement)
}

fn statement(it: &Statement<'_>) -> bool {
    let mut found = match it {
        Statement::Definition(_) => return false,
        Statement::Set(set) => matches!(set.target.kind, ExpressionKind::Tuple(_)),
        Statement::For(each) => {
            let is_tuple = matches!(each.target.kind, ExpressionKind::Tuple(_));
            let is_list = matches!(each.iterable.kind, ExpressionKind::List(_));
            (is_tuple && is_list) || is_number_or_none(&each.iterable)
        }
        _ => false,
    };
    walk::expressions(it, &mut |part| found = found || expression(part));
    walk::bodies(it, &mut |body| found = found || body.iter().any(statement));
    found
}

fn expression(it: &Expression<'_>) -> bool {
    let mut found = match &it.kind {
        ExpressionKind::Binary(operator, _) => {
            !matches!(operator, BinaryOperator::And | BinaryOperator::Or)
        }
        ExpressionKind::Unary(operator, operand) => {
            *operator != UnaryOperator::Not && !is_number_or_none(operand)
        }
        ExpressionKind::Compare(compare) => compare.rest.iter().any(|(operator, right)| {
            let asks_in = matches!(operator, CompareOperator::In | CompareOperator::NotIn);
            operator.orders() || (asks_in && is_number_or_none(right))
        }),
        ExpressionKind::Call(call) => !matches!(
            call.callee.kind,
            ExpressionKind::Name(_) | ExpressionKind::Attribute(_) | ExpressionKind::Call(_)
        ),
        ExpressionKind::Filter(filter) => no_filter(filter).is_some(),
        ExpressionKind::Test(test) => no_test(test).is_some(),
        _ => false,
    };
    walk::children(it, &mut |part| found = found || expression(part));
    found
}

fn is_number_or_none(it: &Expression<'_>) -> bool {
    matches!(
        it.kind,
        ExpressionKind::Integer(_) | ExpressionKind::Float(_) | ExpressionKind::None
    )
}
