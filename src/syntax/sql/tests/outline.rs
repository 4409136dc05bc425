//! What a tree says, in a form that tests can show: a line for each CTE and each select.

use std::fmt::Write as _;

use crate::syntax::jinja;
use crate::syntax::sql::{
    Dialect, Item, ItemKind, Join, Name, Query, Relation, RelationKind, SetOperator, Sql, TermBody,
    Tree, parse_template,
};

/// The outline of the first way through `text`.
pub(super) fn outline(text: &str, dialect: Dialect) -> String {
    outline_of(text, &parsed(text, dialect).trees[0])
}

/// All ways through `text`.
pub(super) fn parsed(text: &str, dialect: Dialect) -> Sql {
    parse_template(text, &jinja::parse(text), dialect)
}

pub(super) fn outline_of(text: &str, tree: &Tree) -> String {
    let mut outline = Outline {
        text,
        tree,
        lines: Vec::new(),
    };
    if let Some(root) = tree.root {
        outline.query(tree.query(root), "");
    }
    for gap in &tree.gaps {
        outline.lines.push(format!("gap {:?}", gap.of(text)));
    }
    outline.lines.join("\n") + "\n"
}

struct Outline<'a> {
    text: &'a str,
    tree: &'a Tree,
    lines: Vec<String>,
}

impl Outline<'_> {
    fn query(&mut self, query: &Query, indent: &str) {
        for id in &query.ctes {
            let cte = self.tree.cte(*id).unwrap();
            let columns = match cte.columns.as_slice() {
                [] => String::new(),
                columns => format!("({})", self.names(columns)),
            };
            let name = self.name(&cte.name);
            self.lines.push(format!("{indent}with {name}{columns}"));
            if let Some(inner) = cte.query {
                self.query(self.tree.query(inner), &format!("{indent}  "));
            }
        }
        for term in &query.terms {
            let operator = match term.operator {
                SetOperator::First => "",
                SetOperator::ByPosition => "union ",
                SetOperator::ByName => "union by name ",
                SetOperator::Opaque => "jinja ",
                SetOperator::Missing => "missing operator ",
            };
            let line = match term.body {
                TermBody::Select(id) => {
                    let select = self.tree.select(id);
                    let items: Vec<String> = select.items.iter().map(|it| self.item(it)).collect();
                    let mark = if select.opaque_list.is_some() {
                        " ~"
                    } else {
                        ""
                    };
                    let from = self.relations(&select.relations);
                    let made = if select.opaque_from.is_some() {
                        " ~"
                    } else {
                        ""
                    };
                    format!("select {}{mark}{from}{made}", items.join(", "))
                }
                TermBody::Query(_) => "(query)".to_owned(),
                TermBody::Values(count) => format!("values {count}"),
                TermBody::Opaque => "?".to_owned(),
                TermBody::Missing => "nothing".to_owned(),
            };
            self.lines.push(format!("{indent}{operator}{line}"));
            if let TermBody::Query(id) = term.body {
                self.query(self.tree.query(id), &format!("{indent}  "));
            }
            if let TermBody::Select(id) = term.body {
                for relation in &self.tree.select(id).relations {
                    if let RelationKind::Query(id) = relation.kind {
                        self.query(self.tree.query(id), &format!("{indent}  "));
                    }
                }
            }
        }
    }

    fn name(&self, name: &Name) -> String {
        if name.is_known() {
            name.text(self.text).into_owned()
        } else {
            "?".to_owned()
        }
    }

    fn names(&self, names: &[Name]) -> String {
        let names: Vec<String> = names.iter().map(|name| self.name(name)).collect();
        names.join(", ")
    }

    fn path(&self, path: super::super::Path) -> String {
        let names: Vec<String> = self
            .tree
            .path(path)
            .iter()
            .map(|it| self.name(it))
            .collect();
        names.join(".")
    }

    fn item(&self, item: &Item) -> String {
        let condition = if item.is_conditional { "~" } else { "" };
        let made = match &item.kind {
            ItemKind::Column { name, .. } => name.map_or("_".to_owned(), |name| self.name(&name)),
            ItemKind::Star(star) => {
                let mut made = match self.path(star.qualifier) {
                    qualifier if qualifier.is_empty() => "*".to_owned(),
                    qualifier => format!("{qualifier}.*"),
                };
                if !star.except.is_empty() {
                    write!(made, " except({})", self.names(&star.except)).unwrap();
                }
                for (name, _) in &star.replace {
                    write!(made, " replace({})", self.name(name)).unwrap();
                }
                for (old, new) in &star.rename {
                    write!(made, " rename({} {})", self.name(old), self.name(new)).unwrap();
                }
                if star.opaque.is_some() {
                    made += " ?";
                }
                made
            }
            ItemKind::Opaque => "?".to_owned(),
        };
        format!("{condition}{made}")
    }

    fn relations(&self, relations: &[Relation]) -> String {
        let mut made = String::new();
        for relation in relations {
            let join = match relation.join {
                Join::Comma if made.is_empty() => " from ",
                Join::Comma => ", ",
                Join::Joined => " join ",
                Join::Natural => " natural join ",
                Join::Filtering => " semi join ",
            };
            let kind = match &relation.kind {
                RelationKind::Named(path) => self.path(*path),
                RelationKind::Jinja(span) => span.of(self.text).to_owned(),
                RelationKind::Query(_) => "(query)".to_owned(),
                RelationKind::Unnest(_) => "unnest".to_owned(),
                RelationKind::Flatten => "flatten".to_owned(),
                RelationKind::Function(path) => format!("{}()", self.path(*path)),
                RelationKind::Values(count) => format!("values {count}"),
                RelationKind::Opaque => "?".to_owned(),
                RelationKind::Missing => "nothing".to_owned(),
            };
            let condition = if relation.is_conditional { "~" } else { "" };
            write!(made, "{join}{condition}{kind}").unwrap();
            if let Some(alias) = relation.alias {
                write!(made, " {}", self.name(&alias)).unwrap();
            }
            if !relation.columns.is_empty() {
                write!(made, "({})", self.names(&relation.columns)).unwrap();
            }
            if !relation.using.is_empty() {
                write!(made, " using({})", self.names(&relation.using)).unwrap();
            }
            if relation.opaque.is_some() {
                made += " ?";
            }
        }
        made
    }
}
