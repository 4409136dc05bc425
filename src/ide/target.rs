//! What stands under the cursor? One enum, which every feature matches in full.

mod columns;
mod keys;
pub(super) mod loom;
mod macros;

use std::path::Path;
use std::sync::Arc;

use crate::dbt::schema::Key;
use crate::dbt::{Value, Version};
use crate::manifest::loom::Field;
use crate::mesh::{
    DeclaredResolution, DeclaredTarget, DocResolution, DocTarget, Linked, Mesh, PackageAt, Reader,
    Referrer, Resolution, SourceResolution, SourceTarget, Target, Upstream, resolve,
    resolve_declared, resolve_doc, resolve_source,
};
use crate::project::{
    Code, EntrySpans, FileFacts, Function, Meaning, Node, NodeId, PropertyEntry, RefArguments,
    Reference, Section, Spans,
};
use crate::syntax::jinja::BlockKind;
use crate::text::Span;
use crate::world::World;

use super::callable::Callable;
pub(super) use columns::PointedColumn;

/// Something under the cursor.
pub(super) struct Pointed<'a> {
    /// Its text.
    pub span: Span,
    /// The project that the file belongs to.
    pub linked: &'a Arc<Linked>,
    pub thing: Thing<'a>,
}

/// What it is.
pub(super) enum Thing<'a> {
    /// The first of two names of a ref.
    Package(&'a str),
    /// The model's name in a ref.
    Model(Named<'a>),
    /// The version in a ref.
    Version(Named<'a>),
    /// The name of a resource where it is described or made; several where the entry has
    /// versions.
    Described(Vec<Target<'a>>),
    /// A source, or a table of one, in a call or where it is declared.
    Source(PointedSource<'a>),
    /// A column, where SQL names or makes it.
    Column(PointedColumn<'a>),
    /// A docs block, in a call or where it is made.
    Doc(PointedDoc<'a>),
    /// A metric, a measure or a function of the warehouse.
    Declared(PointedDeclared<'a>),
    /// A group, where something is put into it or where it is declared.
    Group(&'a str),
    /// A macro, a generic test, or a function of dbt's; several where the adapter decides.
    Callable(Vec<Callable<'a>>),
    /// A variable.
    Variable(Variable),
    /// The name of a loom config's entry, or of a project in dependencies.yml.
    Upstream(&'a Upstream),
    /// The place of a manifest in a loom config.
    ManifestPath(&'a Upstream),
    /// A key of a loom config.
    LoomKey(&'static Field),
    /// A key of one of dbt's YAML files.
    Key(&'static Key),
}

/// A variable, by name.
pub(super) enum Variable {
    /// `var`
    Project(String),
    /// `env_var`
    Environment(String),
}

/// What a ref names.
pub(super) struct Named<'a> {
    pub package: Option<&'a str>,
    pub name: &'a str,
    pub version: Option<&'a Version>,
    pub resolution: Resolution<'a>,
}

/// A source or a table of one.
pub(super) struct PointedSource<'a> {
    pub source: &'a str,
    /// The table, where it is not the source as a whole.
    pub table: Option<&'a str>,
    /// The table; all tables of the source where none is named or there is none of the name.
    pub targets: Vec<SourceTarget<'a>>,
}

/// A docs block.
pub(super) struct PointedDoc<'a> {
    pub name: &'a str,
    pub target: Option<DocTarget<'a>>,
}

/// A metric, a measure or a function of the warehouse.
pub(super) struct PointedDeclared<'a> {
    pub function: Function,
    pub name: &'a str,
    pub target: Option<DeclaredTarget<'a>>,
}

/// The thing at `offset` of the file at `path`.
pub(super) fn pointed<'a>(world: &'a World, path: &Path, offset: u32) -> Option<Pointed<'a>> {
    if let Some(linked) = world.user_of_loom_config(path) {
        return loom::pointed(linked, offset);
    }
    let (linked, inside) = world.locate(path)?;
    let facts = linked.project.file(&inside)?;
    let file = File {
        mesh: world.mesh(),
        linked,
        inside: &inside,
        facts,
    };
    let pointed = |(span, thing)| Pointed {
        span,
        linked,
        thing,
    };
    let spans = &facts.spans;
    let found = match &*facts.meaning {
        Meaning::Code(code) => file
            .reference(&code.references, offset)
            .or_else(|| file.block(offset))
            .or_else(|| file.group_in_code(code, offset)),
        Meaning::Properties(properties) => file
            .reference(&properties.references, offset)
            .or_else(|| file.declaration(offset))
            .or_else(|| file.entry(offset)),
        Meaning::Definition(_, references) => file.reference(references, offset),
        Meaning::Dependencies(dependencies) => {
            dependency(linked, &dependencies.projects, spans, offset)
        }
        Meaning::LoomConfig(_) | Meaning::Other => None,
    };
    found
        .or_else(|| macros::pointed(world, linked, (path, &inside), facts, offset))
        .or_else(|| keys::key(world, path, &inside, offset))
        .map(pointed)
        .or_else(|| columns::pointed(world, linked, &inside, offset))
}

/// A project that dependencies.yml names.
fn dependency<'a>(
    linked: &'a Linked,
    names: &[Box<str>],
    spans: &Spans,
    offset: u32,
) -> Option<(Span, Thing<'a>)> {
    let at = spans.groups.iter().position(|span| span.touches(offset))?;
    let (name, span) = (names.get(at)?, spans.groups.get(at)?);
    let upstream = linked
        .upstreams
        .iter()
        .find(|upstream| upstream.project_name() == &**name)?;
    Some((*span, Thing::Upstream(upstream)))
}

struct File<'a, 'f> {
    mesh: &'a Mesh,
    linked: &'a Arc<Linked>,
    inside: &'f str,
    facts: &'a FileFacts,
}

impl<'a> File<'a, '_> {
    fn reference(&self, references: &'a [Reference], offset: u32) -> Option<(Span, Thing<'a>)> {
        let spans = &self.facts.spans.references;
        let mut found = references
            .iter()
            .zip(spans.iter())
            .filter(|(_, spans)| spans.call.touches(offset));
        found.find_map(|(reference, spans)| {
            let named = |span: Span| Some((span, self.named(reference)?));
            let touched = |span: &Span| span.touches(offset);
            if let Some(span) = spans.package.filter(touched)
                && let RefArguments::Names { package, .. } = &reference.arguments
            {
                return Some((span, Thing::Package(package.as_deref()?)));
            }
            if let RefArguments::Declared { package, name } = &reference.arguments {
                let span = spans.name.filter(touched)?;
                let package = package.as_deref();
                return Some((span, self.declared_as(reference.function, package, name)));
            }
            if let RefArguments::Source { source, table } = &reference.arguments {
                let is_source = spans.package.is_some_and(|span| span.touches(offset));
                let span = spans.package.filter(touched).or(spans.name)?;
                let table = Some(&**table).filter(|_| !is_source);
                let thing = self.source(source, table);
                return Some(span)
                    .filter(touched)
                    .map(|span| (span, Thing::Source(thing)));
            }
            if let Some(span) = spans.name.filter(touched) {
                return named(span).map(|(span, named)| (span, Thing::Model(named)));
            }
            let span = spans.version.filter(touched)?;
            named(span).map(|(span, named)| (span, Thing::Version(named)))
        })
    }

    fn doc(&self, package: Option<&str>, name: &'a str) -> Thing<'a> {
        let linked: &'a Linked = self.linked;
        let target = match resolve_doc(linked, package, name) {
            DocResolution::Found(target) => Some(target),
            DocResolution::NotFound | DocResolution::NotLoaded => None,
        };
        Thing::Doc(PointedDoc { name, target })
    }

    fn declared_as(&self, function: Function, package: Option<&str>, name: &'a str) -> Thing<'a> {
        if function == Function::Doc {
            return self.doc(package, name);
        }
        let linked: &'a Linked = self.linked;
        let target = match resolve_declared(linked, function, package, name) {
            DeclaredResolution::Found(target) => Some(target),
            DeclaredResolution::NotFound | DeclaredResolution::NotLoaded => None,
        };
        Thing::Declared(PointedDeclared {
            function,
            name,
            target,
        })
    }

    /// The name of a metric or measure where it is declared.
    fn declaration(&self, offset: u32) -> Option<(Span, Thing<'a>)> {
        let Meaning::Properties(properties) = &*self.facts.meaning else {
            return None;
        };
        let spans = &self.facts.spans.declared;
        let at = spans.iter().position(|span| span.touches(offset))?;
        let (span, one) = (*spans.get(at)?, properties.declared.get(at)?);
        Some((span, self.declared_as(one.function, None, &one.name)))
    }

    /// A group in a call of `config`.
    fn group_in_code(&self, code: &'a Code, offset: u32) -> Option<(Span, Thing<'a>)> {
        let calls = code.configs.iter().zip(&self.facts.spans.configs);
        let mut values = calls.flat_map(|(call, spans)| call.values.iter().zip(&spans.values));
        values.find_map(|(value, span)| match value {
            (key, Value::Text(group)) if &**key == "group" && span.touches(offset) => {
                Some((*span, Thing::Group(group)))
            }
            _ => None,
        })
    }

    /// The model that a unit test tests.
    fn tested(
        &self,
        entry: &'a PropertyEntry,
        spans: &EntrySpans,
        offset: u32,
    ) -> Option<(Span, Thing<'a>)> {
        if entry.section != Section::UnitTests {
            return None;
        }
        let span = spans.model.filter(|span| span.touches(offset))?;
        let named = self.linked.project.index.named(entry.model.as_deref()?);
        let targets: Vec<_> = named.map(|found| self.local(found)).collect();
        (!targets.is_empty()).then_some((span, Thing::Described(targets)))
    }

    fn source(&self, source: &'a str, table: Option<&'a str>) -> PointedSource<'a> {
        let linked: &'a Linked = self.linked;
        let resolution = table.map(|table| resolve_source(self.mesh, linked, source, table));
        let targets = match resolution {
            Some(SourceResolution::Found(target) | SourceResolution::Disabled(target)) => {
                vec![target]
            }
            Some(SourceResolution::NoTable(_) | SourceResolution::NotLoaded) => Vec::new(),
            None => linked.tables_of(source).collect(),
        };
        PointedSource {
            source,
            table,
            targets,
        }
    }

    fn named(&self, reference: &'a Reference) -> Option<Named<'a>> {
        let RefArguments::Names {
            package,
            name,
            version,
        } = &reference.arguments
        else {
            return None;
        };
        let resolution = resolution(self.mesh, self.linked, self.inside, self.facts, reference)?;
        Some(Named {
            package: package.as_deref(),
            name,
            version: version.as_ref(),
            resolution,
        })
    }

    /// The name of a block that makes something.
    fn block(&self, offset: u32) -> Option<(Span, Thing<'a>)> {
        let blocks = &self.facts.spans.blocks;
        let at = blocks.iter().position(|span| span.touches(offset))?;
        let made = self.linked.project.index.of_file(self.inside);
        let targets: Vec<_> = made
            .filter(|(_, node)| node.origin.block.is_some_and(|block| block as usize == at))
            .map(|found| self.local(found))
            .collect();
        let span = *blocks.get(at)?;
        if let Meaning::Code(code) = &*self.facts.meaning
            && let Some(block) = code.blocks.get(at)
            && block.kind == BlockKind::Docs
        {
            let package = self.linked.project.name();
            return Some((span, self.doc(Some(package), &block.name)));
        }
        (!targets.is_empty()).then_some((span, Thing::Described(targets)))
    }

    /// The name or version of an entry of a property file.
    fn entry(&self, offset: u32) -> Option<(Span, Thing<'a>)> {
        let entries = &self.facts.spans.entries;
        let touched = |entry: &EntrySpans| entry.entry.touches(offset);
        let (at, spans) = entries
            .iter()
            .enumerate()
            .find(|(_, entry)| touched(entry))?;
        if let Some(found) = self.declared(at, spans, offset) {
            return Some(found);
        }
        let version = spans.versions.iter().position(|span| span.touches(offset));
        let span = match version {
            Some(version) => *spans.versions.get(version)?,
            None => Some(spans.name).filter(|name| name.touches(offset))?,
        };
        let described = |(_, node): &(NodeId, &Node)| {
            node.patch.as_ref().is_some_and(|patch| {
                let is_version = version.is_none() || patch.version.map(|v| v as usize) == version;
                patch.entry as usize == at && is_version
            })
        };
        let nodes = self.linked.project.index.described_in(self.inside);
        let targets: Vec<_> = nodes
            .filter(described)
            .map(|found| self.local(found))
            .collect();
        (!targets.is_empty()).then_some((span, Thing::Described(targets)))
    }

    /// The name of a source, of a table of it or of a group where it is declared, or a name that
    /// the entry gives.
    fn declared(&self, at: usize, spans: &EntrySpans, offset: u32) -> Option<(Span, Thing<'a>)> {
        let Meaning::Properties(properties) = &*self.facts.meaning else {
            return None;
        };
        let entry = properties.entries.get(at)?;
        let found = group_in_entry(entry, spans, offset);
        if let Some(found) = found.or_else(|| self.tested(entry, spans, offset)) {
            return Some(found);
        }
        entry.source.as_ref()?;
        if spans.name.touches(offset) {
            let thing = self.source(&entry.name, None);
            return Some((spans.name, Thing::Source(thing)));
        }
        let table = spans
            .columns
            .names
            .iter()
            .position(|span| span.touches(offset))?;
        let name = entry.columns.get(table)?.name();
        let thing = self.source(&entry.name, Some(name));
        Some((spans.columns.name(table)?, Thing::Source(thing)))
    }

    fn local(&self, (id, node): (NodeId, &'a Node)) -> Target<'a> {
        Target::Local {
            project: &self.linked.project,
            package: PackageAt::Root,
            id,
            node,
        }
    }
}

/// A group in an entry of a property file.
fn group_in_entry<'a>(
    entry: &'a PropertyEntry,
    spans: &EntrySpans,
    offset: u32,
) -> Option<(Span, Thing<'a>)> {
    if entry.section == Section::Groups && spans.name.touches(offset) {
        return Some((spans.name, Thing::Group(&entry.name)));
    }
    let mut values = entry.config.iter().zip(&spans.config);
    values.find_map(|(value, span)| match value {
        (key, Value::Text(group)) if &**key == "group" && span.touches(offset) => {
            Some((*span, Thing::Group(group)))
        }
        _ => None,
    })
}

/// What a reference means; `None` where its names are not known.
pub(super) fn resolution<'a>(
    mesh: &'a Mesh,
    linked: &'a Linked,
    inside: &str,
    facts: &'a FileFacts,
    reference: &'a Reference,
) -> Option<Resolution<'a>> {
    let RefArguments::Names {
        package,
        name,
        version,
    } = &reference.arguments
    else {
        return None;
    };
    let reader = Reader::of(&linked.project, inside, facts, reference);
    let referrer = Referrer {
        package: PackageAt::Root,
        group: reader.group(),
    };
    let (package, version) = (package.as_deref(), version.as_ref());
    Some(resolve(mesh, linked, &referrer, package, name, version))
}

impl<'a> Named<'a> {
    /// What a jump leads to and a card shows, also where dbt would refuse the ref. A model that
    /// is not published yet, or whose project is not read, is found in the working copy.
    pub fn targets(&self, mesh: &'a Mesh) -> Vec<Target<'a>> {
        match &self.resolution {
            Resolution::Found(target)
            | Resolution::Private(target)
            | Resolution::Protected(target)
            | Resolution::Disabled(target)
            | Resolution::Unread(target) => vec![*target],
            Resolution::Ambiguous(targets) => targets.clone(),
            Resolution::NoVersion(missing) => missing.versions.clone(),
            Resolution::DisabledUpstream { .. }
            | Resolution::NoModel(_)
            | Resolution::NoProject(_)
            | Resolution::NotDeclared(_)
            | Resolution::NotLoaded => self.in_working_copy(mesh).into_iter().collect(),
        }
    }

    fn in_working_copy(&self, mesh: &'a Mesh) -> Option<Target<'a>> {
        let linked = mesh.working_copy(self.package?)?;
        let key = match self.version {
            Some(version) => format!("{}.v{version}", self.name),
            None => self.name.to_owned(),
        };
        let (id, node) = linked.project.index.find(&key).next()?;
        Some(Target::WorkingCopy { linked, id, node })
    }
}

#[cfg(test)]
mod tests;
