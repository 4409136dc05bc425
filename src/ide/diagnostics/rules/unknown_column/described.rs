//! Columns of property files: those that have data tests, and the `field` of relationships.

use crate::dbt::{Maybe, closest};
use crate::ide::diagnostics::{Draft, File, ref_sites};
use crate::mesh::columns::{Basis, Relation};
use crate::mesh::{Resolution, Target};
use crate::project::{Meaning, Node, NodeId, TestedColumn};
use crate::rules::Severity;
use crate::text::Span;

/// What is wrong in a property file.
pub(super) fn check(file: &File<'_>) -> Vec<Draft> {
    let Some(properties) = file.properties().filter(|it| !it.may_hide_entries) else {
        return Vec::new();
    };
    if !file.are_tests_on() {
        return Vec::new();
    }
    let entry = |tested: &TestedColumn| (tested.entry, tested.version);
    let of_entries = properties.tested.chunk_by(|a, b| entry(a) == entry(b));
    let mut found: Vec<Draft> = of_entries
        .flat_map(|tested| tested_columns(file, tested))
        .collect();
    found.extend(fields(file));
    found.sort_by_key(|draft| draft.span);
    found.dedup_by_key(|draft| draft.span);
    found
}

/// The resources that an entry describes, where dbt comes to their tests.
fn described<'a>(
    file: &File<'a>,
    entry: u32,
    version: Option<u32>,
) -> impl Iterator<Item = (NodeId, &'a Node)> {
    let linked = file.linked;
    let nodes = linked.project.index.described_in(&file.path);
    nodes.filter(move |(_, node)| {
        let patch = node.patch.as_ref();
        let is_it = patch.is_some_and(|patch| {
            patch.entry == entry && (version.is_none() || patch.version == version)
        });
        is_it && node.config.enabled == Maybe::Known(true)
    })
}

/// Those tested columns of one entry that its model does not have.
fn tested_columns(file: &File<'_>, tested: &[TestedColumn]) -> Vec<Draft> {
    let linked = file.linked;
    let mut found = Vec::new();
    let Some(first) = tested.first() else {
        return found;
    };
    for (id, node) in described(file, first.entry, first.version) {
        let placed = linked.project.placed_columns(node);
        let relation = linked.columns_of_node(file.mesh(), id, node);
        for span in tested.iter().filter_map(|it| column_span(file, it)) {
            let column = placed.iter().find(|it| it.name == span);
            let name = column.map(|it| it.column.name());
            if let Some(name) = name.filter(|name| relation.lacks(name)) {
                found.push(told(&relation, &node.name, name, span));
            }
        }
    }
    found
}

fn column_span(file: &File<'_>, tested: &TestedColumn) -> Option<Span> {
    let spans = file.facts?.spans.entries.get(tested.entry as usize)?;
    let columns = match tested.version {
        None => &spans.columns,
        Some(version) => &spans.inside_versions.get(version as usize)?.columns,
    };
    columns.name(tested.at as usize)
}

fn fields(file: &File<'_>) -> Vec<Draft> {
    let Some(facts) = file.facts else {
        return Vec::new();
    };
    let Meaning::Properties(properties) = &*facts.meaning else {
        return Vec::new();
    };
    if properties.fields.is_empty() {
        return Vec::new();
    }
    let sites = ref_sites(file);
    let mut found = Vec::new();
    for ((entry, name), spans) in properties.fields.iter().zip(&facts.spans.fields) {
        let site = sites.iter().find(|site| spans.to.contains(site.spans.call));
        let Some(Resolution::Found(target)) = site.and_then(|site| site.resolution.as_ref()) else {
            continue;
        };
        if described(file, *entry, None).next().is_none() {
            continue;
        }
        let relation = file.linked.columns_of(file.mesh(), target);
        if relation.lacks(name) {
            let draft = told(&relation, target.name(), name, spans.field);
            found.push(draft.related(place(file, target), "the model that is read"));
        }
    }
    found
}

fn place(file: &File<'_>, target: &Target<'_>) -> Option<crate::ide::Place> {
    file.place_of(target)
}

fn told(relation: &Relation, model: &str, name: &str, span: Span) -> Draft {
    let meant = closest(name, relation.columns.iter().map(|it| &*it.name));
    let reason = meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
    let draft = Draft::new(span, format!("`{model}` has no column `{name}`{reason}"));
    let draft = draft.replace(meant.filter(|_| span.len() == name.len()));
    // The file of a seed may be a part of what is loaded.
    if relation.is_certain && relation.basis != Basis::Header {
        draft
    } else {
        draft.at_most(Severity::Warning)
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn tests_of_columns_that_are_not_there_are_told() {
        check_diagnostics(
            "
//- project shop needs:core
//- models/orders.sql
select 1 as id, 2 as product_id
//- models/hidden.sql
select {{ columns() }} from x
//- macros/m.sql
{% macro columns() %}a, b{% if execute %}, c{% endif %}{% endmacro %}
//- models/s.yml
models:
  - name: orders
    columns:
      - name: id
        data_tests: [unique]
      - name: month
#             ^^^^^ error[unknown-column]: `orders` has no column `month`
        data_tests: [not_null]
      - name: only_documented
      - name: other
        data_tests: [{not_null: {config: {enabled: false}}}]
      - name: id + product_id
        data_tests: [unique]
      - name: product_id
        data_tests:
          - relationships: {arguments: {to: \"ref('core', 'prices')\", field: idd}}
#                                                                           ^^^ error[unknown-column]: `prices` has no column `idd`; did you mean `id`?
          - relationships: {arguments: {to: \"ref('core', 'prices')\", field: id}}
          - relationships: {arguments: {to: \"ref('hidden')\", field: any}}
  - name: hidden
    columns: [{name: anything, data_tests: [unique]}]
//- manifest core
//- models/prices.sql access:public contract:enforced
select 1 as id
//- models/prices.yml
models: [{name: prices, columns: [{name: id, data_type: int}]}]
",
        );
    }
}
