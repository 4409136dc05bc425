//! SQL in which Jinja stands: which queries, relations and columns a file has. Total and
//! tolerant: half-typed text keeps what is there, and what is not understood is unknown, never
//! guessed. Offsets are the file's own.

mod cursor;
mod data_type;
mod dialect;
mod expression;
mod lexer;
mod mask;
mod outputs;
mod parser;
mod parts;
mod scope;
mod token;
mod tree;
mod typing;

#[cfg(test)]
mod tests;

use super::jinja::Template;

pub use cursor::{Cursor, Place};
pub use data_type::{DataType, Lack, Lacking, duckdb_types, is_nested, lacking_in_duckdb};
pub use dialect::Dialect;
pub use expression::{Expression, ExpressionId, ExpressionKind, Reference};
pub use outputs::{Hidden, Output, Outputs, outputs};
pub use scope::{
    Columns, Extent, Input, Maker, Origin, OutOfRange, Outside, OutsideColumn, RelationId,
    Resolution, Scopes, Source, Stray, Symbol, Uneven, Visible, out_of_range, resolve,
    resolve_columns, strays, uneven,
};
pub use token::Operator;
pub use tree::{
    Clause, Cte, CteId, Item, ItemKind, Join, Name, NameKind, Path, Query, QueryId, ReferenceId,
    Relation, RelationKind, Select, SelectId, SetOperator, Star, Term, TermBody, Tree,
};

pub use typing::{OutsideType, type_of, type_of_column, types_of};

/// The SQL of one text.
#[derive(Clone, Debug)]
pub struct Sql {
    /// One tree for each way through the branches of the template that matters; the first takes
    /// the first branch of every `if`.
    pub trees: Vec<Tree>,
    /// Whether several `if`s have branches: a way takes branches of one number together, and these
    /// may never go together.
    pub is_combined: bool,
}

/// The SQL of a text without Jinja, or of one that Jinja has made.
#[must_use]
pub fn parse(text: &str, dialect: Dialect) -> Sql {
    let masked = mask::plain(text);
    Sql {
        trees: vec![tree_of(text, &masked, dialect)],
        is_combined: false,
    }
}

/// The SQL around the Jinja of `template`, which is `text`.
#[must_use]
pub fn parse_template(text: &str, template: &Template<'_>, dialect: Dialect) -> Sql {
    let masked = mask::masked(text, template, mask::Way::Number(0));
    let mut trees = vec![tree_of(text, &masked, dialect)];
    let mut is_combined = masked.choices > 1;
    for way in 1..masked.ways {
        let masked = mask::masked(text, template, mask::Way::Number(way));
        is_combined |= masked.choices > 1;
        trees.push(tree_of(text, &masked, dialect));
    }
    Sql { trees, is_combined }
}

/// What is being typed at `offset` of a text around the Jinja of `template`.
#[must_use]
pub fn cursor_at(text: &str, template: &Template<'_>, dialect: Dialect, offset: usize) -> Cursor {
    let masked = mask::masked(text, template, mask::Way::By(offset));
    let tree = tree_of(text, &masked, dialect);
    let place = cursor::place_at(&masked, &tree, dialect, offset);
    Cursor { tree, place }
}

fn tree_of(text: &str, masked: &mask::Masked, dialect: Dialect) -> Tree {
    let tokens = lexer::tokens(masked, dialect);
    parser::parse(text, masked, &tokens, dialect)
}
