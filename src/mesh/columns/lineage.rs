//! Where does a column come from, hop by hop, through files and across projects?

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use crate::mesh::{Linked, Mesh, PackageAt, Target};
use crate::project::{Node, Project};
use crate::syntax::sql::{
    ExpressionKind, ItemKind, Maker, Output, QueryId, RelationId, Resolution, Scopes, SelectId,
    Tree,
};
use crate::text::Span;

use super::{Read, Reading};

/// How many columns somebody wants to hear of.
const MOST: usize = 40;
/// How far back.
const DEEPEST: usize = 12;

/// A column of a file of SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// A column of a relation.
    Column(RelationId, usize),
    /// A column that is not known of a relation that is not known.
    Presumed(RelationId),
    /// An item of a select list.
    Item(SelectId, usize),
}

/// A column that another is made of.
#[derive(Clone)]
pub struct Ancestor<'a> {
    /// How many hops away.
    pub depth: usize,
    /// Whether its value is passed on as it is, all the way.
    pub is_copy: bool,
    /// What has it.
    pub read: Read<'a>,
    /// Its name there.
    pub column: String,
}

/// A model as its files have it.
#[derive(Clone, Copy)]
pub struct OnDisk<'a> {
    /// The project that reads it.
    pub linked: &'a Linked,
    /// The project or package that it belongs to.
    pub project: &'a Arc<Project>,
    package: PackageAt,
    /// It.
    pub node: &'a Node,
}

impl<'a> Reading<'a> {
    /// The tree and the column at `offset`, with its place.
    #[must_use]
    pub fn spot(&self, offset: u32) -> Option<(usize, Span, Spot)> {
        let trees = self.sql.trees.iter().zip(&self.scopes).enumerate();
        for (number, (tree, scopes)) in trees {
            let references = tree.references.iter().zip(&scopes.references);
            for (reference, resolution) in references {
                let Some(name) = tree.path(reference.path).last() else {
                    continue;
                };
                if !name.span.touches(offset) {
                    continue;
                }
                let spot = match *resolution {
                    Resolution::Column(relation, column) => Spot::Column(relation, column),
                    Resolution::Presumed(relation) => Spot::Presumed(relation),
                    Resolution::Item(select, item) => Spot::Item(select, item),
                    Resolution::Row(_)
                    | Resolution::NoColumnIn(_)
                    | Resolution::NoColumn(_)
                    | Resolution::NoRelation(_)
                    | Resolution::Ambiguous(..)
                    | Resolution::Unknown => continue,
                };
                return Some((number, name.span, spot));
            }
            for select in tree.select_ids() {
                for (item, each) in tree.select(select).items.iter().enumerate() {
                    if let ItemKind::Column {
                        name: Some(name), ..
                    } = &each.kind
                        && name.span.touches(offset)
                    {
                        return Some((number, name.span, Spot::Item(select, item)));
                    }
                }
            }
        }
        None
    }

    /// The columns outside that a column of the file is made of.
    pub(super) fn inputs_of(
        &self,
        number: usize,
        spot: Spot,
    ) -> Vec<(RelationId, Option<usize>, String, bool)> {
        let (Some(tree), Some(scopes)) = (self.sql.trees.get(number), self.scopes.get(number))
        else {
            return Vec::new();
        };
        let inputs = match spot {
            Spot::Column(relation, column) => match scopes.relation(relation).map(|it| it.maker) {
                Some(Maker::Query(query)) => scopes.inputs(tree, query, column),
                Some(Maker::Outside) => {
                    let name = name_of(scopes, relation, column);
                    return vec![(relation, Some(column), name, true)];
                }
                Some(Maker::Itself) | None => Vec::new(),
            },
            Spot::Item(select, item) => scopes.inputs_of_item(tree, select, item),
            Spot::Presumed(_) => Vec::new(),
        };
        let named = inputs.into_iter().map(|input| {
            let written = || {
                let path = tree.reference(input.reference?)?.path;
                Some(tree.path(path).last()?.text(self.text()).into_owned())
            };
            let name = match input.column {
                Some(column) => name_of(scopes, input.relation, column),
                None => written().unwrap_or_default(),
            };
            (input.relation, input.column, name, input.is_copy)
        });
        named.collect()
    }

    /// Where in the file the value of a column is made: the item that does more than pass it on.
    #[must_use]
    pub fn made_at(&self, number: usize, spot: Spot) -> Option<Span> {
        let (tree, scopes) = (self.sql.trees.get(number)?, self.scopes.get(number)?);
        let mut spot = spot;
        let mut found = None;
        // As long as one column is nothing but another.
        for _ in 0..100 {
            match spot {
                Spot::Column(relation, column) => {
                    let Maker::Query(query) = scopes.relation(relation)?.maker else {
                        return found;
                    };
                    spot = of_query(tree, scopes, query, column)?;
                }
                Spot::Item(select, item) => {
                    let item = tree.select(select).items.get(item)?;
                    let ItemKind::Column { name, value, .. } = &item.kind else {
                        return found;
                    };
                    found = name.map(|name| name.span).or(Some(item.span));
                    let ExpressionKind::Column(id) = tree.expression((*value)?)?.kind else {
                        return found;
                    };
                    spot = match *scopes.references.get(id.index())? {
                        Resolution::Column(relation, column) => Spot::Column(relation, column),
                        Resolution::Item(select, item) => Spot::Item(select, item),
                        _ => return found,
                    };
                }
                Spot::Presumed(_) => return found,
            }
        }
        found
    }

    /// The columns of other files that a column of this one is made of, nearest first, each
    /// followed by those that it is made of itself.
    #[must_use]
    pub fn ancestors(
        &self,
        mesh: &'a Mesh,
        linked: &'a Linked,
        number: usize,
        spot: Spot,
    ) -> Vec<Ancestor<'a>> {
        let mut walk = Walk {
            mesh,
            seen: HashSet::new(),
            found: Vec::new(),
        };
        walk.file(self, linked, number, spot, (1, true));
        walk.found
    }
}

fn name_of(scopes: &Scopes, relation: RelationId, column: usize) -> String {
    let visible = scopes.relation(relation);
    let symbol = visible.and_then(|it| it.columns.names.get(column).copied().flatten());
    symbol.map_or_else(String::new, |symbol| scopes.text(symbol).to_owned())
}

fn of_query(tree: &Tree, scopes: &Scopes, query: QueryId, column: usize) -> Option<Spot> {
    use crate::syntax::sql::{Origin, TermBody};
    let mut query = query;
    for _ in 0..100 {
        let [term] = tree.query(query).terms.as_slice() else {
            return None;
        };
        match term.body {
            TermBody::Query(inner) => query = inner,
            TermBody::Select(select) => {
                let (_, origins) = scopes.select(select)?;
                return Some(match *origins.get(column)? {
                    Origin::Item(item) => Spot::Item(select, item),
                    Origin::Star {
                        relation, column, ..
                    } => Spot::Column(RelationId { select, relation }, column),
                });
            }
            TermBody::Values(_) | TermBody::Opaque | TermBody::Missing => return None,
        }
    }
    None
}

struct Walk<'a> {
    mesh: &'a Mesh,
    seen: HashSet<(String, String)>,
    found: Vec<Ancestor<'a>>,
}

impl<'a> Walk<'a> {
    fn file(
        &mut self,
        reading: &Reading<'a>,
        linked: &'a Linked,
        number: usize,
        spot: Spot,
        (depth, is_copy): (usize, bool),
    ) {
        let Some(tree) = reading.sql.trees.get(number) else {
            return;
        };
        for (relation, _, column, copies) in reading.inputs_of(number, spot) {
            let Some(input) = reading.input_of(tree, relation) else {
                continue;
            };
            let key = match &input.read {
                Read::Target(target) => target.unique_id(),
                Read::Source(source) => format!("{}.{}", source.table.source, source.table.name),
            };
            let is_new = self.seen.insert((key, column.to_lowercase()));
            if !is_new || self.found.len() >= MOST || column.is_empty() {
                continue;
            }
            let is_copy = is_copy && copies;
            let read = input.read;
            self.found.push(Ancestor {
                depth,
                is_copy,
                read,
                column: column.clone(),
            });
            if let (Read::Target(target), true) = (read, depth < DEEPEST)
                && let Some(on_disk) = on_disk(self.mesh, linked, &target)
                && let Some(reading) = on_disk.read(self.mesh)
                && let Some((spot, _)) = reading.output(&column)
            {
                self.file(&reading, on_disk.linked, 0, spot, (depth + 1, is_copy));
            }
        }
    }
}

/// What a ref reads as it stands on this disk; a published model in its project's working copy.
#[must_use]
pub fn on_disk<'a>(mesh: &'a Mesh, linked: &'a Linked, target: &Target<'a>) -> Option<OnDisk<'a>> {
    match *target {
        Target::Local {
            project,
            package,
            node,
            ..
        } => Some(OnDisk {
            linked,
            project,
            package,
            node,
        }),
        Target::WorkingCopy {
            linked: other,
            node,
            ..
        } => Some(OnDisk {
            linked: other,
            project: &other.project,
            package: PackageAt::Root,
            node,
        }),
        Target::Published { node, .. } => {
            let other = mesh.working_copy(node.package_name())?;
            let index = &other.project.index;
            let (_, local) = index.by_unique_id(node.package_name(), node.unique_id())?;
            Some(OnDisk {
                linked: other,
                project: &other.project,
                package: PackageAt::Root,
                node: local,
            })
        }
    }
}

impl<'a> OnDisk<'a> {
    /// Its SQL.
    #[must_use]
    pub fn read(&self, mesh: &'a Mesh) -> Option<Reading<'a>> {
        let file = &self.node.origin.file;
        self.linked
            .reading(mesh, self.project, self.package, file, None)
    }

    /// Where its SELECT makes a column.
    #[must_use]
    pub fn made_at(&self, mesh: &'a Mesh, column: &str) -> Option<(PathBuf, Span)> {
        let reading = self.read(mesh)?;
        let (_, output) = reading.output(column)?;
        Some((self.project.path_of(&self.node.origin.file), output.span))
    }

    /// The name of a column in the property file that describes it.
    #[must_use]
    pub fn described_at(&self, column: &str) -> Option<(PathBuf, Span)> {
        let patch = self.node.patch.as_ref()?;
        let placed = self.project.placed_columns(self.node);
        let mut placed = placed.iter();
        let found = placed.find(|it| it.column.name().eq_ignore_ascii_case(column))?;
        Some((self.project.path_of(&patch.file), found.name))
    }
}

impl Reading<'_> {
    /// The column of this name that the file makes.
    #[must_use]
    pub fn output(&self, name: &str) -> Option<(Spot, Output)> {
        let outputs = self.outputs();
        let is_it = |output: &Output| {
            let own = output.name.as_deref();
            own.is_some_and(|own| own.to_lowercase() == name.to_lowercase())
        };
        let at = outputs.columns.iter().position(is_it)?;
        let (tree, scopes) = (self.sql.trees.first()?, self.scopes.first()?);
        let mut query = tree.root?;
        // The parts of a set operation have the same columns; the first one is shown.
        for _ in 0..100 {
            match tree.query(query).terms.first()?.body {
                crate::syntax::sql::TermBody::Query(inner) => query = inner,
                crate::syntax::sql::TermBody::Select(select) => {
                    let (_, origins) = scopes.select(select)?;
                    let spot = match *origins.get(at)? {
                        crate::syntax::sql::Origin::Item(item) => Spot::Item(select, item),
                        crate::syntax::sql::Origin::Star {
                            relation, column, ..
                        } => Spot::Column(RelationId { select, relation }, column),
                    };
                    let output = outputs.columns.into_iter().nth(at)?;
                    return Some((spot, output));
                }
                _ => return None,
            }
        }
        None
    }
}
