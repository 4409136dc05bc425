//! dbt's Jinja: what stands in a template, and what it calls. Total and tolerant; nothing here
//! evaluates anything or knows what a `ref` means.

mod blocks;
mod calls;
mod constant;
mod expression;
mod lexer;
mod literal;
mod names;
mod parser;
mod reach;
mod scanner;
mod statement;
mod walk;

#[cfg(test)]
mod tests;

pub use blocks::{BlockArgument, BlockDefinition, blocks};
pub use calls::{Argument, Block, CallSite, calls, expression_calls};
pub use constant::Constant;
pub use expression::{
    Attribute, BinaryOperator, Call, CallArgument, CompareOperator, Comparison, Conditional,
    Expression, ExpressionKind, Filter, Passing, StringLiteral, Test, UnaryOperator,
};
pub use parser::{parse, parse_expression};
pub use reach::Reach;
pub use statement::{
    BlockKind, Branch, CallBlock, Definition, FilterBlock, For, If, Output, Parameter, Raw, Set,
    SetBlock, Statement, SyntaxError, Template, Text, Unsupported, With,
};
