//! Going down the tree, for those who want every node of a kind and not its meaning.

use super::expression::{CallArgument, Expression, ExpressionKind, Filter};
use super::statement::Statement;

/// Calls `visit` with every direct part of `expression`, in the order of the text.
pub(crate) fn children<'x, 'a>(
    expression: &'x Expression<'a>,
    visit: &mut dyn FnMut(&'x Expression<'a>),
) {
    match &expression.kind {
        ExpressionKind::String(_)
        | ExpressionKind::Integer(_)
        | ExpressionKind::Float(_)
        | ExpressionKind::Boolean(_)
        | ExpressionKind::None
        | ExpressionKind::Name(_)
        | ExpressionKind::Error => {}
        ExpressionKind::List(items)
        | ExpressionKind::Tuple(items)
        | ExpressionKind::Concat(items) => items.iter().for_each(visit),
        ExpressionKind::Dict(items) => {
            for (key, value) in items {
                visit(key);
                visit(value);
            }
        }
        ExpressionKind::Attribute(attribute) => visit(&attribute.object),
        ExpressionKind::Subscript(pair) | ExpressionKind::Binary(_, pair) => {
            visit(&pair.0);
            visit(&pair.1);
        }
        ExpressionKind::Slice(parts) => parts.iter().flatten().for_each(visit),
        ExpressionKind::Call(call) => {
            visit(&call.callee);
            arguments(&call.arguments, visit);
        }
        ExpressionKind::Filter(filter) => filter_parts(filter, visit),
        ExpressionKind::Test(test) => {
            visit(&test.value);
            arguments(&test.arguments, visit);
        }
        ExpressionKind::Unary(_, operand) => visit(operand),
        ExpressionKind::Compare(compare) => {
            visit(&compare.first);
            compare.rest.iter().for_each(|(_, operand)| visit(operand));
        }
        ExpressionKind::Conditional(conditional) => {
            visit(&conditional.value);
            visit(&conditional.condition);
            conditional.otherwise.iter().for_each(visit);
        }
    }
}

fn arguments<'x, 'a>(arguments: &'x [CallArgument<'a>], visit: &mut dyn FnMut(&'x Expression<'a>)) {
    for argument in arguments {
        visit(&argument.value);
    }
}

pub(crate) fn filter_parts<'x, 'a>(
    filter: &'x Filter<'a>,
    visit: &mut dyn FnMut(&'x Expression<'a>),
) {
    filter.value.iter().for_each(&mut *visit);
    arguments(&filter.arguments, visit);
}

/// Calls `visit` with every name in a target of an assignment.
pub(crate) fn names<'a>(target: &Expression<'a>, visit: &mut dyn FnMut(&'a str)) {
    if let ExpressionKind::Name(name) = &target.kind {
        visit(name);
    }
    if let ExpressionKind::Tuple(items) = &target.kind {
        for item in items {
            names(item, visit);
        }
    }
}

/// Calls `visit` with every expression in the tags of `statement`, not with those in its bodies.
pub(crate) fn expressions<'x, 'a>(
    statement: &'x Statement<'a>,
    visit: &mut dyn FnMut(&'x Expression<'a>),
) {
    match statement {
        Statement::Output(output) | Statement::Do(output) => visit(&output.expression),
        Statement::If(condition) => {
            condition
                .branches
                .iter()
                .for_each(|branch| visit(&branch.condition));
        }
        Statement::For(each) => {
            visit(&each.iterable);
            each.condition.iter().for_each(visit);
        }
        Statement::Set(set) => visit(&set.value),
        Statement::SetBlock(set) => {
            set.filters
                .iter()
                .for_each(|filter| filter_parts(filter, visit));
        }
        Statement::Call(call) => {
            let defaults = call.parameters.iter().flat_map(|p| &p.default);
            defaults.for_each(&mut *visit);
            visit(&call.call);
        }
        Statement::Filter(block) => {
            block
                .filters
                .iter()
                .for_each(|filter| filter_parts(filter, visit));
        }
        Statement::With(with) => with.bindings.iter().for_each(|(_, value)| visit(value)),
        Statement::Definition(definition) => {
            let defaults = definition.parameters.iter().flat_map(|p| &p.default);
            defaults.for_each(&mut *visit);
            arguments(&definition.options, visit);
        }
        Statement::Unsupported(tag) => tag.expressions.iter().for_each(visit),
        Statement::Text(_)
        | Statement::Comment(_)
        | Statement::Raw(_)
        | Statement::Break(_)
        | Statement::Continue(_)
        | Statement::Error(_) => {}
    }
}

/// Calls `visit` with every body of `statement`.
pub(crate) fn bodies<'x, 'a>(
    statement: &'x Statement<'a>,
    visit: &mut dyn FnMut(&'x [Statement<'a>]),
) {
    match statement {
        Statement::If(condition) => {
            condition
                .branches
                .iter()
                .for_each(|branch| visit(&branch.body));
            condition.otherwise.iter().for_each(|body| visit(body));
        }
        Statement::For(each) => {
            visit(&each.body);
            each.otherwise.iter().for_each(|body| visit(body));
        }
        Statement::SetBlock(set) => visit(&set.body),
        Statement::Call(call) => visit(&call.body),
        Statement::Filter(block) => visit(&block.body),
        Statement::With(with) => visit(&with.body),
        Statement::Definition(definition) => visit(&definition.body),
        Statement::Unsupported(tag) => visit(&tag.body),
        Statement::Text(_)
        | Statement::Output(_)
        | Statement::Comment(_)
        | Statement::Raw(_)
        | Statement::Set(_)
        | Statement::Do(_)
        | Statement::Break(_)
        | Statement::Continue(_)
        | Statement::Error(_) => {}
    }
}
