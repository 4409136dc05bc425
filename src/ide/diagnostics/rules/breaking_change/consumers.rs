//! Who of the other projects at hand reads a published model?

use std::collections::{BTreeMap, BTreeSet};

use crate::ide::diagnostics::File;
use crate::ide::{Place, readers};
use crate::manifest::Node;

/// So many places are named; the count has all.
const MOST_PLACES: usize = 50;

/// The readers of a model.
pub(super) struct Consumers {
    /// How many there are, and in which projects.
    pub summary: String,
    /// Where they read it, and what to say of the place.
    pub places: Vec<(Place, String)>,
}

/// The readers in other projects; where `columns` are given, those that use one of them as far as
/// that is known.
pub(super) fn of(file: &File<'_>, published: Node<'_>, columns: &[String]) -> Consumers {
    let ids = [published.unique_id().to_owned()];
    let own = &file.linked.project.root;
    let others = file.mesh().projects.iter();
    let others = others.filter(|linked| linked.project.root != *own);
    let readings =
        others.flat_map(|linked| readers::readings(file.world, linked, published.name(), &ids));
    let uses = |reading: &readers::Reading<'_>| {
        let used = |column| readers::uses(file.world, reading, &ids, column).may_be();
        columns.is_empty() || columns.iter().any(|column| used(column))
    };
    let readings = readings.filter(uses);
    let mut places = Vec::new();
    let mut models: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut elsewhere: BTreeMap<&str, usize> = BTreeMap::new();
    for reading in readings {
        let project = reading.linked.project.name();
        match reading.model {
            Some(model) => {
                models.entry(project).or_default().insert(model);
            }
            None => *elsewhere.entry(project).or_default() += 1,
        }
        if places.len() < MOST_PLACES {
            let who = reading
                .model
                .map_or_else(String::new, |model| format!("`{model}` in "));
            places.push((reading.place, format!("read by {who}`{project}`")));
        }
    }
    let counted =
        |(project, models): (&&str, &BTreeSet<&str>)| counted(models.len(), "model", project);
    let mut parts: Vec<String> = models.iter().map(counted).collect();
    let only_elsewhere = elsewhere
        .iter()
        .filter(|(project, _)| !models.contains_key(*project));
    parts.extend(only_elsewhere.map(|(project, count)| self::counted(*count, "place", project)));
    let summary = if parts.is_empty() {
        "no other project at hand reads it".into()
    } else {
        format!("read by {}", parts.join(" and "))
    };
    Consumers { summary, places }
}

fn counted(count: usize, what: &str, project: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural} in `{project}`")
}
