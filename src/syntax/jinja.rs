//! dbt's Jinja: what stands in a template, and what it calls. Total and tolerant; nothing here
//! evaluates anything or knows what a `ref` means.

mod blocks;
mod calls;
mod constant;
mod cursor;
mod expression;
mod filters;
mod lexer;
mod literal;
mod names;
mod parser;
mod place;
mod reach;
mod reckons;
mod scanner;
mod statement;
mod top_level;
mod walk;

#[cfg(test)]
mod tests;

pub use blocks::{BlockArgument, BlockDefinition, blocks};
pub use calls::{Argument, Block, CallSite, calls, calls_in_prose, expression_calls};
pub use constant::Constant;
pub use cursor::{
    CallAtCursor, Cursor, CursorPlace, WordAtCursor, call_at, cursor_at, expression_cursor_at,
};
pub use expression::{
    Attribute, BinaryOperator, Call, CallArgument, CompareOperator, Comparison, Conditional,
    Expression, ExpressionKind, Filter, Passing, StringLiteral, Test, UnaryOperator,
};
pub use filters::{no_filter, no_test, unknown_filter, unknown_filter_in};
pub use parser::{parse, parse_expression};
pub use place::{AtPlace, at_place, names};
pub use reach::Reach;
pub use reckons::reckons;
pub use statement::{
    BlockKind, Branch, CallBlock, Definition, FilterBlock, For, If, Output, Parameter, Raw, Set,
    SetBlock, Statement, SyntaxError, Template, Text, Unsupported, With,
};

pub use top_level::{DOCS_BLOCKS, MACRO_BLOCKS, SNAPSHOT_BLOCKS, TEST_BLOCKS, refused_blocks};

pub(crate) use walk::children as parts;
// What Python models are read with, too.
pub(crate) use calls::argument_of;
pub(crate) use cursor::Surroundings;
pub(crate) use lexer::{Token, TokenKind, token, unclosed_end, word_end};
pub(crate) use parser::Tokens;
