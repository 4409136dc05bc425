//! Which data types do the columns of a text have? From casts, literals, functions and what is
//! read. What is not known for certain is none.

mod calls;
mod operators;

use foldhash::HashMap;

use super::data_type::DataType;
use super::dialect::Dialect;
use super::expression::{ExpressionId, ExpressionKind};
use super::scope::{Maker, Origin, RelationId, Resolution, Scopes};
use super::tree::{ItemKind, QueryId, SelectId, SetOperator, Term, TermBody, Tree};
use operators::{binary, common};

/// The types of columns outside: of column number so of a relation.
pub type OutsideType<'a> = &'a dyn Fn(RelationId, usize) -> Option<DataType>;

/// The types of the columns of `query`, in order; with those of literals not settled.
#[must_use]
pub fn types_of(
    text: &str,
    tree: &Tree,
    scopes: &Scopes,
    query: QueryId,
    outside: OutsideType<'_>,
) -> Vec<Option<DataType>> {
    let count = scopes.query(query).map_or(0, |columns| columns.names.len());
    let mut typing = Typing::new(text, tree, scopes, outside);
    let mut settled = |column| {
        let found = typing.query(query, column)?;
        found.settled(tree.dialect)
    };
    (0..count).map(&mut settled).collect()
}

/// The type of one expression.
#[must_use]
pub fn type_of(
    text: &str,
    tree: &Tree,
    scopes: &Scopes,
    expression: ExpressionId,
    outside: OutsideType<'_>,
) -> Option<DataType> {
    let mut typing = Typing::new(text, tree, scopes, outside);
    typing.expression(expression)?.settled(tree.dialect)
}

/// The type of a column of a relation.
#[must_use]
pub fn type_of_column(
    text: &str,
    tree: &Tree,
    scopes: &Scopes,
    (relation, column): (RelationId, usize),
    outside: OutsideType<'_>,
) -> Option<DataType> {
    let mut typing = Typing::new(text, tree, scopes, outside);
    typing.relation(relation, column)?.settled(tree.dialect)
}

/// No one writes deeper.
const DEEPEST: u16 = 150;

struct Typing<'a> {
    text: &'a str,
    tree: &'a Tree,
    scopes: &'a Scopes,
    outside: OutsideType<'a>,
    known: HashMap<(RelationId, usize), Option<DataType>>,
    items: HashMap<(SelectId, usize), Option<DataType>>,
    depth: u16,
}

impl<'a> Typing<'a> {
    fn new(text: &'a str, tree: &'a Tree, scopes: &'a Scopes, outside: OutsideType<'a>) -> Self {
        Self {
            text,
            tree,
            scopes,
            outside,
            known: HashMap::default(),
            items: HashMap::default(),
            depth: 0,
        }
    }

    fn dialect(&self) -> Dialect {
        self.tree.dialect
    }

    fn query(&mut self, id: QueryId, column: usize) -> Option<DataType> {
        let query = self.tree.query(id);
        let mut found: Option<DataType> = None;
        for term in &query.terms {
            let is_by_position =
                matches!(term.operator, SetOperator::First | SetOperator::ByPosition);
            if !is_by_position {
                return None;
            }
            let other = self.term(term, column)?;
            found = Some(match found {
                None => other,
                Some(found) => common(found, other, self.dialect())?,
            });
        }
        found
    }

    fn term(&mut self, term: &Term, column: usize) -> Option<DataType> {
        match term.body {
            TermBody::Select(id) => self.select(id, column),
            TermBody::Query(id) => self.query(id, column),
            TermBody::Values(_) | TermBody::Opaque | TermBody::Missing => None,
        }
    }

    fn select(&mut self, id: SelectId, column: usize) -> Option<DataType> {
        let (_, origins) = self.scopes.select(id)?;
        match *origins.get(column)? {
            Origin::Item(item) => self.item(id, item),
            Origin::Star {
                item,
                relation,
                column,
            } => {
                let item = self.tree.select(id).items.get(item)?;
                let ItemKind::Star(star) = &item.kind else {
                    return None;
                };
                if !star.replace.is_empty() {
                    return None;
                }
                self.relation(
                    RelationId {
                        select: id,
                        relation,
                    },
                    column,
                )
            }
        }
    }

    fn item(&mut self, select: SelectId, item: usize) -> Option<DataType> {
        if let Some(known) = self.items.get(&(select, item)) {
            return *known;
        }
        self.items.insert((select, item), None);
        let found = match self.tree.select(select).items.get(item)?.kind {
            ItemKind::Column { value, .. } => self.expression(value?),
            ItemKind::Star(_) | ItemKind::Opaque => None,
        };
        self.items.insert((select, item), found);
        found
    }

    fn relation(&mut self, id: RelationId, column: usize) -> Option<DataType> {
        if let Some(known) = self.known.get(&(id, column)) {
            return *known;
        }
        // A relation that is asked for again while it is worked out reads itself.
        self.known.insert((id, column), None);
        let relation = self.tree.select(id.select).relations.get(id.relation)?;
        let is_plain = relation.opaque.is_none() && !relation.is_conditional;
        let found = match self.scopes.relation(id)?.maker {
            _ if !is_plain => None,
            Maker::Query(query) => self.deeper(|typing| typing.query(query, column)),
            Maker::Outside => (self.outside)(id, column),
            Maker::Itself => None,
        };
        let found = found.and_then(|found| match found {
            // In a subquery a literal is a column already.
            DataType::Whole(_) | DataType::Quoted => found.settled(self.dialect()),
            other => Some(other),
        });
        self.known.insert((id, column), found);
        found
    }

    fn deeper(&mut self, ask: impl FnOnce(&mut Self) -> Option<DataType>) -> Option<DataType> {
        if self.depth >= DEEPEST {
            return None;
        }
        self.depth += 1;
        let found = ask(self);
        self.depth -= 1;
        found
    }

    fn expression(&mut self, id: ExpressionId) -> Option<DataType> {
        self.deeper(|typing| typing.known_expression(id))
    }

    fn known_expression(&mut self, id: ExpressionId) -> Option<DataType> {
        let expression = *self.tree.expression(id)?;
        let written = expression.span.of(self.text);
        match expression.kind {
            ExpressionKind::Column(reference) => {
                match *self.scopes.references.get(reference.index())? {
                    Resolution::Column(relation, column) => {
                        let path = self.tree.reference(reference)?.path;
                        // A field of a column has its own type.
                        (self.tree.path(path).len() <= 2)
                            .then(|| self.relation(relation, column))
                            .flatten()
                    }
                    Resolution::Item(select, item) => self.item(select, item),
                    Resolution::Presumed(_)
                    | Resolution::Row(_)
                    | Resolution::NoColumnIn(_)
                    | Resolution::NoColumn(_)
                    | Resolution::NoRelation(_)
                    | Resolution::Ambiguous(..)
                    | Resolution::Unknown => None,
                }
            }
            ExpressionKind::Number => number(written, self.dialect()),
            ExpressionKind::Text => Some(DataType::Quoted),
            ExpressionKind::Boolean | ExpressionKind::Not | ExpressionKind::Exists(_) => {
                Some(DataType::Boolean)
            }
            ExpressionKind::Null => Some(DataType::Null),
            ExpressionKind::Typed(span) => DataType::read(span.of(self.text), self.dialect()),
            ExpressionKind::Interval => {
                (self.dialect() == Dialect::DuckDb).then_some(DataType::Interval)
            }
            ExpressionKind::Word => self.word(written),
            ExpressionKind::Call(path) => self.call(id, path),
            ExpressionKind::Cast { to, .. } => DataType::read(to.of(self.text), self.dialect()),
            ExpressionKind::Case => self.case(id),
            ExpressionKind::When | ExpressionKind::Else => {
                let value = self.tree.parts(id).last().copied()?;
                self.expression(value)
            }
            ExpressionKind::Binary(operator) => {
                let parts = self.tree.parts(id);
                let types: Vec<Option<DataType>> =
                    parts.iter().map(|part| self.expression(*part)).collect();
                binary(operator, &types, self.dialect())
            }
            ExpressionKind::Negative => {
                let part = self.tree.parts(id).first().copied()?;
                let found = self.expression(part)?;
                match found {
                    DataType::Whole(value) => Some(DataType::Whole(value.checked_neg()?)),
                    other => (other.is_number() || other == DataType::Interval).then_some(other),
                }
            }
            ExpressionKind::Subquery(query) => {
                let found = self.query(query, 0)?;
                found.settled(self.dialect())
            }
            ExpressionKind::Tuple
            | ExpressionKind::List
            | ExpressionKind::Struct
            | ExpressionKind::Element
            | ExpressionKind::Field
            | ExpressionKind::Star(_)
            | ExpressionKind::Named
            | ExpressionKind::Modifier
            | ExpressionKind::Lambda
            | ExpressionKind::Jinja
            | ExpressionKind::Opaque => None,
        }
    }

    fn case(&mut self, id: ExpressionId) -> Option<DataType> {
        let mut found = DataType::Null;
        for part in self.tree.parts(id) {
            let kind = self.tree.expression(part)?.kind;
            if matches!(kind, ExpressionKind::When | ExpressionKind::Else) {
                let branch = self.expression(part)?;
                found = common(found, branch, self.dialect())?;
            }
        }
        Some(found)
    }

    fn word(&self, written: &str) -> Option<DataType> {
        let word = written.to_ascii_lowercase();
        match (self.dialect(), word.as_str()) {
            (_, "current_date") => Some(DataType::Date),
            (Dialect::DuckDb | Dialect::Postgres, "current_timestamp") => {
                Some(DataType::TimestampTz)
            }
            _ => None,
        }
    }
}

/// The type of a number that is written out.
fn number(written: &str, dialect: Dialect) -> Option<DataType> {
    if written.bytes().all(|byte| byte.is_ascii_digit()) {
        return written.parse().ok().map(DataType::Whole);
    }
    if dialect == Dialect::Snowflake && !written.contains(['e', 'E']) {
        return Some(DataType::Decimal(0, 0));
    }
    if dialect != Dialect::DuckDb {
        return None;
    }
    if written.contains(['e', 'E']) {
        return Some(DataType::Double);
    }
    let (whole, fraction) = written.split_once('.')?;
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_plain(whole) || !is_plain(fraction) {
        return None;
    }
    let scale = u8::try_from(fraction.len()).ok()?;
    let precision = u8::try_from(whole.len()).ok()?.checked_add(scale)?;
    (1..=38)
        .contains(&precision)
        .then_some(DataType::Decimal(precision, scale))
}
