//! SQL in which Jinja stands: which queries, relations and columns a file has. Total and
//! tolerant: half-typed text keeps what is there, and what is not understood is unknown, never
//! guessed. Offsets are the file's own.

mod dialect;
mod expression;
mod lexer;
mod mask;
mod parser;
mod token;
mod tree;

#[cfg(test)]
mod tests;

use super::jinja::Template;

pub use dialect::Dialect;
pub use expression::{Expression, ExpressionId, ExpressionKind, Reference};
pub use token::Operator;
pub use tree::{
    Clause, Cte, CteId, Item, ItemKind, Join, Name, NameKind, Path, Query, QueryId, ReferenceId,
    Relation, RelationKind, Select, SelectId, SetOperator, Star, Term, TermBody, Tree,
};

/// The SQL of one text.
#[derive(Clone, Debug)]
pub struct Sql {
    /// One tree for each way through the branches of the template that matters; the first takes
    /// the first branch of every `if`.
    pub trees: Vec<Tree>,
}

/// The SQL of a text without Jinja, or of one that Jinja has made.
#[must_use]
pub fn parse(text: &str, dialect: Dialect) -> Sql {
    let masked = mask::plain(text);
    Sql {
        trees: vec![tree_of(text, &masked, dialect)],
    }
}

/// The SQL around the Jinja of `template`, which is `text`.
#[must_use]
pub fn parse_template(text: &str, template: &Template<'_>, dialect: Dialect) -> Sql {
    let masked = mask::masked(text, template, 0);
    let mut trees = vec![tree_of(text, &masked, dialect)];
    for way in 1..masked.ways {
        let masked = mask::masked(text, template, way);
        trees.push(tree_of(text, &masked, dialect));
    }
    Sql { trees }
}

fn tree_of(text: &str, masked: &mask::Masked, dialect: Dialect) -> Tree {
    let tokens = lexer::tokens(masked, dialect);
    parser::parse(text, masked, &tokens, dialect)
}
