//! What does one file of SQL read, with the columns of all that it reads?

use std::borrow::Cow;
use std::sync::Arc;

use crate::mesh::{
    Linked, Mesh, PackageAt, Reader, Referrer, Resolution, SourceResolution, SourceTarget, Target,
    resolve, resolve_source,
};
use crate::project::{
    FileFacts, Function, Meaning, Project, RefArguments, RefPlace, RefPlaces, RefSpans, Reference,
    references_in,
};
use crate::syntax::jinja;
use crate::syntax::sql::{
    Dialect, Outputs, Outside, RelationId, RelationKind, Scopes, Source, Sql, TermBody, Tree,
    outputs, parse_template, resolve as resolve_names,
};
use crate::text::Span;

use super::{Basis, Chain, Relation, makes_one};

/// A file of SQL, read with the columns of what it reads.
pub struct Reading<'a> {
    /// Its trees.
    pub sql: Sql,
    /// The names of each tree.
    pub scopes: Vec<Scopes>,
    inputs: Inputs<'a>,
}

/// A file of SQL and what it reads by a tag alone: `{{ ref('orders') }}`.
pub struct Inputs<'a> {
    text: Cow<'a, str>,
    all: Vec<Input<'a>>,
}

/// A tag that is a relation.
#[derive(Clone)]
pub struct Input<'a> {
    /// The call in the tag.
    pub call: Span,
    /// What it reads.
    pub read: Read<'a>,
    /// Its columns.
    pub relation: Arc<Relation>,
}

/// What a tag reads.
#[derive(Clone, Copy)]
pub enum Read<'a> {
    /// By a `ref`.
    Target(Target<'a>),
    /// By a `source`.
    Source(SourceTarget<'a>),
}

impl Read<'_> {
    /// The name in the call.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Target(target) => target.name(),
            Self::Source(target) => &target.table.name,
        }
    }

    /// With the project or source that has it: `core.orders`.
    #[must_use]
    pub fn full_name(&self) -> String {
        match self {
            Self::Target(target) => format!("{}.{}", target.package(), target.versioned_name()),
            Self::Source(target) => format!("{}.{}", target.table.source, target.table.name),
        }
    }
}

impl<'a> Reading<'a> {
    fn of(sql: Sql, inputs: Inputs<'a>) -> Self {
        let scopes = sql.trees.iter().map(|tree| inputs.resolve(tree)).collect();
        Self {
            sql,
            scopes,
            inputs,
        }
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.inputs.text()
    }

    /// What it reads.
    #[must_use]
    pub fn inputs(&self) -> &Inputs<'a> {
        &self.inputs
    }

    /// The columns that the file makes.
    #[must_use]
    pub fn outputs(&self) -> Outputs {
        outputs(self.inputs.text(), &self.sql, &self.scopes)
    }

    /// The word `select` whose columns the file has.
    #[must_use]
    pub fn select_word(&self) -> Option<Span> {
        let tree = self.sql.trees.first()?;
        let mut query = tree.root?;
        // As deep as parentheses can stand in each other.
        for _ in 0..256 {
            match tree.query(query).terms.first()?.body {
                TermBody::Query(inner) => query = inner,
                TermBody::Select(id) => return Some(tree.select(id).keyword),
                TermBody::Values(_) | TermBody::Opaque | TermBody::Missing => return None,
            }
        }
        None
    }

    /// The input that a relation of a tree is.
    #[must_use]
    pub fn input_of(&self, tree: &Tree, id: RelationId) -> Option<&Input<'a>> {
        self.inputs.input_of(tree, id)
    }

    /// Whether some of what it reads is known by what macros make.
    pub(super) fn is_expanded(&self) -> bool {
        self.inputs.any_is(Basis::Expanded)
    }

    /// Whether all that is known of what it reads is certain.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        let relations = self.inputs.all.iter().map(|input| &input.relation);
        relations
            .filter(|relation| relation.is_whole || relation.basis == Basis::Catalog)
            .all(|relation| relation.is_certain)
    }
}

impl<'a> Inputs<'a> {
    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it reads.
    pub(super) fn all(&self) -> &[Input<'a>] {
        &self.all
    }

    /// Whether something that it reads is known so.
    pub(super) fn any_is(&self, basis: Basis) -> bool {
        self.all.iter().any(|input| input.relation.basis == basis)
    }

    /// The names of a tree of the text.
    #[must_use]
    pub fn resolve(&self, tree: &Tree) -> Scopes {
        let outside = |source: Source<'_>| match source {
            Source::Tag(span) => of_tag(&self.text, span, &self.all),
            Source::Table(_) => Outside::default(),
        };
        resolve_names(&self.text, tree, &outside)
    }

    /// The input that a relation of a tree is.
    #[must_use]
    pub fn input_of(&self, tree: &Tree, id: RelationId) -> Option<&Input<'a>> {
        match tree.select(id.select).relations.get(id.relation)?.kind {
            RelationKind::Jinja(tag) => self.all.iter().find(|it| tag.contains(it.call)),
            RelationKind::Named(_)
            | RelationKind::Query(_)
            | RelationKind::Unnest(_)
            | RelationKind::Flatten
            | RelationKind::Function(_)
            | RelationKind::Values(_)
            | RelationKind::Opaque
            | RelationKind::Missing => None,
        }
    }

    /// What the SQL calls a relation; its own name where it has none.
    #[must_use]
    pub fn called(&self, tree: &Tree, scopes: &Scopes, id: RelationId) -> String {
        let relation = tree.select(id.select).relations.get(id.relation);
        if let Some(alias) = relation.and_then(|relation| relation.alias) {
            return alias.text(&self.text).into_owned();
        }
        if let Some(input) = self.input_of(tree, id) {
            return input.read.name().to_owned();
        }
        let name = scopes.relation(id).and_then(|visible| visible.name);
        name.map_or_else(String::new, |name| scopes.text(name).to_owned())
    }
}

impl Linked {
    /// A file of SQL of the project with the columns of what it reads; `None` for what is none.
    #[must_use]
    pub fn read_sql<'a>(&'a self, mesh: &'a Mesh, file: &str) -> Option<Reading<'a>> {
        self.reading(mesh, &self.project, PackageAt::Root, file, None)
    }

    pub(super) fn read_below<'a>(
        &'a self,
        mesh: &'a Mesh,
        project: &'a Project,
        package: PackageAt,
        file: &str,
        chain: &Chain<'_>,
    ) -> Option<Reading<'a>> {
        self.reading(mesh, project, package, file, Some(chain))
    }

    /// The SQL that macros of a file make; `None` where its text says as much as they.
    pub(super) fn read_expanded<'a>(
        &'a self,
        mesh: &'a Mesh,
        project: &'a Project,
        package: PackageAt,
        file: &str,
        chain: &Chain<'_>,
    ) -> Option<Reading<'a>> {
        let text = project.file(file)?.expanded_text()?.into_owned();
        self.read_text(mesh, (project, package), (file, text), Some(chain))
    }

    /// A text that is made of a file.
    pub(super) fn read_text<'a>(
        &'a self,
        mesh: &'a Mesh,
        (project, package): (&'a Project, PackageAt),
        (file, text): (&str, String),
        chain: Option<&Chain<'_>>,
    ) -> Option<Reading<'a>> {
        let template = jinja::parse(&text);
        let (references, spans) = references_in(&text, &template);
        let site = Site {
            mesh,
            linked: self,
            project,
            package,
            file,
            facts: project.file(file)?,
            chain,
        };
        let all = site.inputs(&references, &spans);
        let sql = parse_template(&text, &template, self.dialect);
        let text = Cow::Owned(text);
        Some(Reading::of(sql, Inputs { text, all }))
    }

    fn parsed<'a>(&self, inputs: Inputs<'a>) -> Reading<'a> {
        let template = jinja::parse(&inputs.text);
        let sql = parse_template(&inputs.text, &template, self.dialect);
        Reading::of(sql, inputs)
    }

    /// A file of SQL of the project and what it reads, before it is parsed.
    #[must_use]
    pub fn inputs_of<'a>(&'a self, mesh: &'a Mesh, file: &str) -> Option<Inputs<'a>> {
        self.inputs_below(mesh, &self.project, PackageAt::Root, file, None)
    }

    pub(super) fn reading<'a>(
        &'a self,
        mesh: &'a Mesh,
        project: &'a Project,
        package: PackageAt,
        file: &str,
        chain: Option<&Chain<'_>>,
    ) -> Option<Reading<'a>> {
        let inputs = self.inputs_below(mesh, project, package, file, chain)?;
        Some(self.parsed(inputs))
    }

    fn inputs_below<'a>(
        &'a self,
        mesh: &'a Mesh,
        project: &'a Project,
        package: PackageAt,
        file: &str,
        chain: Option<&Chain<'_>>,
    ) -> Option<Inputs<'a>> {
        if !has_extension(file, "sql") {
            return None;
        }
        let facts = project.file(file)?;
        let Meaning::Code(code) = &*facts.meaning else {
            return None;
        };
        let text = facts.kept_text().filter(|_| makes_one(code))?;
        let site = Site {
            mesh,
            linked: self,
            project,
            package,
            file,
            facts,
            chain,
        };
        let all = site.inputs(&code.references, &facts.spans.references);
        Some(Inputs { text, all })
    }

    /// The dialect that the project's SQL is in.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }
}

fn has_extension(file: &str, wanted: &str) -> bool {
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    extension.eq_ignore_ascii_case(wanted)
}

/// The columns of a tag that is a call and nothing else.
fn of_tag(text: &str, span: Span, inputs: &[Input<'_>]) -> Outside {
    let inner = span
        .of(text)
        .trim_start_matches("{{")
        .trim_end_matches("}}");
    let inner = inner.trim_matches(['-', '+']).trim();
    let input = inputs.iter().find(|input| span.contains(input.call));
    let Some(input) = input.filter(|input| input.call.of(text) == inner) else {
        return Outside::default();
    };
    let relation = &input.relation;
    Outside {
        name: identifier(&input.read),
        columns: relation.is_whole.then(|| Arc::clone(&relation.columns)),
    }
}

/// The name by which SQL can call a relation without an alias, where it is known.
fn identifier(read: &Read<'_>) -> Option<Arc<str>> {
    match read {
        Read::Target(Target::Published { node, .. }) => {
            let name = node.relation_name()?.rsplit('.').next()?;
            let quotes = ['"', '`', '[', ']'];
            Some(name.trim_matches(quotes).into())
        }
        Read::Target(Target::Local { project, node, .. }) => {
            let is_plain = project.configured(node, "alias").is_none();
            let name = match &node.version {
                Some(version) => format!("{}_v{version}", node.name),
                None => node.name.to_string(),
            };
            is_plain.then(|| name.into())
        }
        Read::Target(Target::WorkingCopy { .. }) => None,
        Read::Source(_) => None,
    }
}

struct Site<'a, 's> {
    mesh: &'a Mesh,
    linked: &'a Linked,
    project: &'a Project,
    package: PackageAt,
    file: &'s str,
    facts: &'a FileFacts,
    chain: Option<&'s Chain<'s>>,
}

impl<'a> Site<'a, '_> {
    /// What the calls of a text read, with their places in it.
    fn inputs(&self, references: &[Reference], spans: &RefPlaces) -> Vec<Input<'a>> {
        let references = references.iter().zip(spans.iter());
        references
            .filter_map(|(reference, spans)| self.input(reference, spans))
            .collect()
    }

    fn input(&self, reference: &Reference, spans: RefSpans) -> Option<Input<'a>> {
        let is_written = reference.place == RefPlace::Sql && spans.name.is_some();
        let index = &self.project.index;
        if !is_written || index.overrides(reference.function) {
            return None;
        }
        let (read, relation) = match (&reference.function, &reference.arguments) {
            (
                Function::Ref,
                RefArguments::Names {
                    package,
                    name,
                    version,
                },
            ) => {
                let reader = Reader::of(self.project, self.file, self.facts, reference);
                let referrer = Referrer {
                    package: self.package,
                    group: reader.group(),
                };
                let (package, version) = (package.as_deref(), version.as_ref());
                let (mesh, linked) = (self.mesh, self.linked);
                let found = resolve(mesh, linked, &referrer, package, name, version);
                let Resolution::Found(target) = found else {
                    return None;
                };
                let relation = linked.relation(mesh, &target, self.chain);
                (Read::Target(target), relation)
            }
            (Function::Source, RefArguments::Source { source, table }) => {
                let found = resolve_source(self.mesh, self.linked, source, table);
                let SourceResolution::Found(target) = found else {
                    return None;
                };
                let relation = self.linked.columns_of_source(&target);
                (Read::Source(target), Arc::new(relation))
            }
            _ => return None,
        };
        Some(Input {
            call: spans.call,
            read,
            relation,
        })
    }
}
