//! What do the SELECT of a model and its entry lack of each other, and what would bring them
//! together?

use std::path::Path;

use crate::dbt::{Maybe, ResourceType};
use crate::ide::diagnostics::{Compared, File};
use crate::ide::{Edit, Edits, Finding, Fix};
use crate::mesh::columns::{CHECKED, Reading, is_contracted};
use crate::mesh::{Linked, Mesh};
use crate::project::{Column, Node, Role, Setter};
use crate::rules::RuleId;
use crate::syntax::sql::{DataType, Hidden, ItemKind};
use crate::text::Span;
use crate::world::World;

use super::{ColumnChange, EntryChange, Wanted, file};

/// How many models of one entry somebody wants to hear of.
const MOST: usize = 4;

/// A column that a SELECT makes.
struct Made {
    name: String,
    is_quoted: bool,
    data_type: Option<String>,
}

/// A model of the workspace and what its SELECT makes.
struct Model<'a> {
    linked: &'a Linked,
    node: &'a Node,
    made: Vec<Made>,
}

/// What can be written of the models at `span` of a file, whatever is found there.
pub(in crate::ide) fn actions(world: &World, path: &Path, span: Span) -> Vec<Fix> {
    let models = at(world, path, span);
    let mut actions = Vec::new();
    for (linked, node) in models.into_iter().take(MOST) {
        if let Ok(model) = Model::of(world.mesh(), linked, node) {
            actions.extend(model.generated().ok());
            actions.extend(model.added());
        }
    }
    actions
}

/// What writes the contract of the model at `span`, or the one line that says why nothing does.
///
/// # Errors
///
/// Where there is no model, not all its columns are known, or it has its contract.
pub(in crate::ide) fn contract(world: &World, path: &Path, span: Span) -> Result<Fix, String> {
    let models = at(world, path, span);
    let [(linked, node)] = models.as_slice() else {
        return Err(match models.len() {
            0 => "there is no model here".into(),
            _ => "there are several models here; put the cursor into one of them".into(),
        });
    };
    let model = Model::of(world.mesh(), linked, node)?;
    let has_one = || {
        let name = node.versioned_name();
        format!("the contract of `{name}` has all columns of the SELECT")
    };
    if is_contracted(node) {
        return model.added().ok_or_else(has_one);
    }
    model.generated()
}

/// What brings a finding's contract and its SELECT together.
pub(in crate::ide) fn fixes(world: &World, path: &Path, finding: &Finding) -> Vec<Fix> {
    match finding.rule {
        RuleId::ContractNoColumns | RuleId::PublicWithoutContract => {
            let found = actions(world, path, finding.span);
            found.into_iter().take(1).collect()
        }
        RuleId::ContractUntypedColumn => typed(world, path, finding).into_iter().collect(),
        RuleId::ContractExtraColumn
        | RuleId::ContractMissingColumn
        | RuleId::ContractTypeMismatch => {
            let file = File::at(world, path);
            let contracts = file
                .iter()
                .flat_map(|file| file.contracts().iter().map(move |it| (file, it)));
            contracts
                .flat_map(|(file, it)| of_contract(file, it, finding))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// The models that a file makes, or that its entry at `span` describes.
fn at<'a>(world: &'a World, path: &Path, span: Span) -> Vec<(&'a Linked, &'a Node)> {
    let Some((linked, inside)) = world.locate(path) else {
        return Vec::new();
    };
    let linked: &'a Linked = linked;
    let project = &linked.project;
    let is_model = |node: &&Node| node.resource_type == ResourceType::Model;
    if !project.is_in_workspace {
        return Vec::new();
    }
    let role = Role::of(&inside, &project.definition).0;
    let found: Vec<&Node> = match role {
        Role::Model => project
            .index
            .of_file(&inside)
            .map(|it| it.1)
            .filter(is_model)
            .collect(),
        Role::Properties => {
            let described = project.index.described_in(&inside).map(|it| it.1);
            let nodes = described.filter(is_model);
            nodes
                .filter(|node| stands_at(linked, &inside, node, span))
                .collect()
        }
        _ => Vec::new(),
    };
    found.into_iter().map(|node| (linked, node)).collect()
}

/// Whether the entry of a model is at `span`; of versions the last whose `v` is before it.
fn stands_at(linked: &Linked, file: &str, node: &Node, span: Span) -> bool {
    let find = || {
        let patch = node.patch.as_ref()?;
        let entry = linked
            .project
            .file(file)?
            .spans
            .entries
            .get(patch.entry as usize)?;
        if !(entry.entry.start <= span.end && span.start <= entry.entry.end) {
            return None;
        }
        let last = entry.versions.iter().rposition(|v| v.start <= span.start);
        Some(match (patch.version, last) {
            (Some(own), Some(last)) => own as usize == last,
            (Some(_), None) | (None, _) => true,
        })
    };
    find().unwrap_or_default()
}

impl<'a> Model<'a> {
    /// The model; or why not all columns that it makes are known.
    fn of(mesh: &'a Mesh, linked: &'a Linked, node: &'a Node) -> Result<Self, String> {
        let name = node.versioned_name();
        if !node.materialized().is_some_and(|it| CHECKED.contains(&it)) {
            let kind = node.materialized().unwrap_or("something only dbt can tell");
            return Err(format!(
                "`{name}` is materialized as {kind}, which holds no contract"
            ));
        }
        let reading = linked.read_sql(mesh, &node.origin.file);
        let reading = reading.ok_or_else(|| format!("`{name}` is no SQL of one SELECT"))?;
        let outputs = reading.outputs();
        let place = match outputs.hidden {
            Hidden::Nothing if outputs.columns.is_empty() => Some(Span::default()),
            Hidden::Nothing => None,
            Hidden::Star(_) => outputs
                .columns
                .last()
                .map(|it| it.span)
                .or(Some(Span::default())),
            Hidden::At(span) => Some(span),
        };
        let nameless = outputs.columns.iter().find(|it| it.name.is_none());
        if let Some(place) = place.or_else(|| nameless.map(|it| it.span)) {
            return Err(unknown(&name, &reading, outputs.hidden, place));
        }
        let types = linked.types_of_file(&reading);
        let mut made: Vec<Made> = Vec::new();
        for (output, kind) in outputs.columns.into_iter().zip(&types) {
            let name = output.name.unwrap_or_default();
            if made.iter().any(|it| it.name.eq_ignore_ascii_case(&name)) {
                continue;
            }
            let dialect = linked.dialect();
            made.push(Made {
                is_quoted: output.is_quoted
                    && dialect.folded(&name, false) != dialect.folded(&name, true),
                name: name.to_string(),
                data_type: kind.map(|kind| kind.named(dialect)),
            });
        }
        Ok(Self { linked, node, made })
    }

    /// The contract, where the SQL does not say that there is none.
    fn generated(&self) -> Result<Fix, String> {
        let (node, name) = (self.node, self.node.versioned_name());
        if node.config.has_contract != Maybe::Known(false) {
            return Err(format!("`{name}` has a contract"));
        }
        let setter = self.linked.project.configured(node, "contract");
        if matches!(setter, Some((_, Setter::Call(..)))) {
            return Err(format!(
                "`config()` in the SQL of `{name}` says that it has no contract"
            ));
        }
        let untyped = self.untyped();
        let title = match untyped {
            0 => format!("Generate the contract of `{name}` from its SELECT"),
            _ => format!(
                "Generate the contract of `{name}` from its SELECT, which does not say the `data_type` of {untyped} of {} columns",
                self.made.len()
            ),
        };
        let columns = self.made.iter().map(|made| made.change(self.type_of(made)));
        Ok(self.fix(title, true, columns.collect()))
    }

    /// The columns that the entry does not have.
    fn added(&self) -> Option<Fix> {
        let node = self.node;
        let known = self.linked.project.columns_of(node);
        let is_new = |made: &&Made| {
            !known
                .iter()
                .any(|it| it.name().eq_ignore_ascii_case(&made.name))
        };
        let new: Vec<&Made> = self.made.iter().filter(is_new).collect();
        let has_types = is_contracted(node) || known.iter().any(|it| it.data_type().is_some());
        let columns = new
            .iter()
            .map(|made| made.change(made.data_type.clone().filter(|_| has_types)));
        let name = node.versioned_name();
        let place = if is_contracted(node) {
            "to the contract"
        } else {
            "to the YAML"
        };
        let title = match new.as_slice() {
            [] => return None,
            [only] => format!("Add the missing column `{}` of `{name}` {place}", only.name),
            several => format!(
                "Add the {} missing columns of `{name}` {place}",
                several.len()
            ),
        };
        Some(self.fix(title, false, columns.collect()))
    }

    /// The type of a column to write, where the entry has none that is right.
    fn type_of(&self, made: &Made) -> Option<String> {
        let kind = made.data_type.as_ref()?;
        let dialect = self.linked.dialect();
        let columns = self.linked.project.columns_of(self.node);
        let mut own = columns
            .iter()
            .filter(|it| it.name().eq_ignore_ascii_case(&made.name));
        let written = own
            .find_map(|it| it.data_type())
            .filter(|it| !it.trim().is_empty());
        let is_right = written.is_some_and(|written| {
            let written = DataType::read(written, dialect);
            written.is_none() || written == DataType::read(kind, dialect)
        });
        (!is_right).then(|| kind.clone())
    }

    /// How many columns have no type, neither in the entry nor by the SELECT.
    fn untyped(&self) -> usize {
        let columns = self.linked.project.columns_of(self.node);
        let is_written = |made: &&Made| {
            let mut own = columns
                .iter()
                .filter(|it| it.name().eq_ignore_ascii_case(&made.name));
            own.any(|it| it.data_type().is_some_and(|kind| !kind.trim().is_empty()))
        };
        let made = self.made.iter().filter(|made| made.data_type.is_none());
        made.filter(|made| !is_written(made)).count()
    }

    fn fix(&self, title: String, enforces: bool, columns: Vec<ColumnChange>) -> Fix {
        fix(self.linked, self.node, title, enforces, columns)
    }
}

impl Made {
    fn change(&self, data_type: Option<String>) -> ColumnChange {
        ColumnChange {
            name: self.name.clone(),
            wanted: Wanted::There {
                data_type,
                is_quoted: self.is_quoted,
            },
        }
    }
}

fn fix(
    linked: &Linked,
    node: &Node,
    title: String,
    enforces: bool,
    columns: Vec<ColumnChange>,
) -> Fix {
    Fix {
        title,
        edits: Edits::OfEntry(EntryChange {
            path: file::of(&linked.project, node),
            model: node.name.to_string(),
            version: node.version.as_ref().map(ToString::to_string),
            enforces,
            columns,
        }),
    }
}

/// Why not all columns of a model are known.
fn unknown(name: &str, reading: &Reading<'_>, hidden: Hidden, place: Span) -> String {
    let text = reading.text();
    let line = text
        .get(..place.start as usize)
        .map_or(1, |before| before.matches('\n').count() + 1);
    let first = place.of(text).lines().next().unwrap_or("").trim();
    let of_star = || {
        let Hidden::Star(id) = hidden else {
            return None;
        };
        let (tree, scopes) = (reading.sql.trees.first()?, reading.scopes.first()?);
        Some(reading.inputs().called(tree, scopes, id))
    };
    match of_star().filter(|called| !called.is_empty()) {
        Some(called) => {
            format!("not all columns of `{name}` are known: those of `{called}` are not")
        }
        None if first.is_empty() => format!("the columns of `{name}` are not known"),
        None => format!("not all columns of `{name}` are known: line {line}, `{first}`"),
    }
}

/// The type of a column that has none, from the SELECT.
fn typed(world: &World, path: &Path, finding: &Finding) -> Option<Fix> {
    let (linked, _) = world.locate(path)?;
    for (_, node) in at(world, path, finding.span) {
        let placed = linked.project.placed_columns(node);
        let Some(column) = placed.iter().find(|it| it.name == finding.span) else {
            continue;
        };
        let model = Model::of(world.mesh(), linked, node).ok()?;
        let name = column.column.name();
        let made = model
            .made
            .iter()
            .find(|it| it.name.eq_ignore_ascii_case(name))?;
        let kind = made.data_type.clone()?;
        let title = format!("Add `data_type: {kind}`, as the SELECT makes it");
        let change = ColumnChange {
            name: name.to_owned(),
            wanted: Wanted::There {
                data_type: Some(kind),
                is_quoted: false,
            },
        };
        return Some(model.fix(title, false, vec![change]));
    }
    None
}

/// What brings the contract and the SELECT together where a finding says that they differ.
fn of_contract(file: &File<'_>, compared: &Compared<'_>, finding: &Finding) -> Vec<Fix> {
    let node = compared.node;
    let linked: &Linked = file.linked;
    let is_yaml = file.role == Role::Properties;
    let placed = linked.project.placed_columns(node);
    let one = |title: String, name: &str, wanted: Wanted| {
        let change = ColumnChange {
            name: name.to_owned(),
            wanted,
        };
        fix(linked, node, title, false, vec![change])
    };
    match finding.rule {
        RuleId::ContractExtraColumn => {
            let Ok(model) = Model::of(file.mesh(), linked, node) else {
                return Vec::new();
            };
            let extra = compared
                .with
                .extra
                .iter()
                .filter(|it| is_yaml || it.span == finding.span);
            let made: Vec<&Made> = extra
                .filter_map(|extra| model.made.iter().find(|it| it.name == extra.name))
                .collect();
            let names: Vec<String> = made.iter().map(|it| format!("`{}`", it.name)).collect();
            let changes: Vec<ColumnChange> = made
                .iter()
                .map(|it| it.change(it.data_type.clone()))
                .collect();
            let is_here = stands_at(linked, &file.path, node, finding.span) || !is_yaml;
            let title = format!("Add {} to the contract", names.join(", "));
            let fix = (is_here && !changes.is_empty()).then(|| model.fix(title, false, changes));
            fix.into_iter().collect()
        }
        RuleId::ContractMissingColumn => {
            let is_it = |name: &str| {
                let place = placed.iter().find(|it| it.column.name() == name);
                !is_yaml || place.is_some_and(|place| place.name == finding.span)
            };
            let is_at_select = is_yaml || compared.with.select_word == Some(finding.span);
            let missing = compared.with.missing.iter().map(Column::name);
            let missing = missing.filter(|name| is_at_select && is_it(name));
            let title = |name: &str| format!("Remove `{name}` from the contract");
            let fixes = missing.map(|name| one(title(name), name, Wanted::Gone));
            fixes.take(MOST).collect()
        }
        RuleId::ContractTypeMismatch if !is_yaml => {
            let mistyped = compared.with.mistyped.iter();
            let of_it = mistyped.filter(|it| it.made.span == finding.span);
            of_it
                .flat_map(|it| {
                    let is = it.is.named(linked.dialect());
                    let name = it.column.name();
                    let title = format!("Change the contract's type of `{name}` to `{is}`");
                    let wanted = Wanted::There {
                        data_type: Some(is),
                        is_quoted: false,
                    };
                    let wanted_type = it.column.data_type().unwrap_or("");
                    let reading = linked.read_sql(file.mesh(), &node.origin.file);
                    let cast =
                        reading.and_then(|reading| cast(&reading, it.made.span, wanted_type));
                    cast.into_iter().chain([one(title, name, wanted)])
                })
                .collect()
        }
        _ => Vec::new(),
    }
}

/// The expression of a column, cast to the type of the contract.
fn cast(reading: &Reading<'_>, column: Span, kind: &str) -> Option<Fix> {
    let text = reading.text();
    let items = reading.sql.trees.iter().flat_map(|tree| {
        let selects = tree.select_ids();
        selects.flat_map(|select| &tree.select(select).items)
    });
    let mut named = items.filter_map(|item| match &item.kind {
        ItemKind::Column {
            name: Some(name),
            is_alias,
            ..
        } if name.span == column => Some((item.span, *is_alias)),
        ItemKind::Column { .. } | ItemKind::Star(_) | ItemKind::Opaque => None,
    });
    let (item, is_alias) = named.next()?;
    let expression = if is_alias {
        let before = Span::new(item.start as usize, column.start as usize).of(text);
        let before = before.strip_suffix(['"', '`', '[']).unwrap_or(before);
        without_as(before.trim_end())
    } else {
        item.of(text)
    };
    // A comment would swallow what is put behind it.
    let mut comments = ["--", "/*", "#", "//"].into_iter();
    if expression.is_empty() || comments.any(|mark| expression.contains(mark)) {
        return None;
    }
    let span = Span::new(item.start as usize, item.start as usize + expression.len());
    let named = if is_alias {
        String::new()
    } else {
        format!(" as {}", column.of(text))
    };
    Some(Fix {
        title: format!("Cast it to `{kind}`"),
        edits: Edits::Here(vec![Edit {
            span,
            text: format!("cast({expression} as {kind}){named}"),
        }]),
    })
}

/// An expression without the `as` of its alias.
fn without_as(text: &str) -> &str {
    let end = text.len().checked_sub(2);
    let Some((before, word)) = end.and_then(|end| text.split_at_checked(end)) else {
        return text;
    };
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    if word.eq_ignore_ascii_case("as") && !before.ends_with(is_part) {
        before.trim_end()
    } else {
        text
    }
}
