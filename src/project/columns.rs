//! What do the property files say of one resource: description, columns of its version, owner?

use super::{Column, Group, Meaning, Node, Project, PropertyEntry, Table, VersionEntry};

impl Project {
    /// The property file's entry of a resource.
    #[must_use]
    pub fn entry_of(&self, node: &Node) -> Option<&PropertyEntry> {
        let patch = node.patch.as_ref()?;
        match &*self.file(&patch.file)?.meaning {
            Meaning::Properties(properties) => properties.entries.get(patch.entry as usize),
            Meaning::Code(_)
            | Meaning::Definition(..)
            | Meaning::LoomConfig(_)
            | Meaning::Dependencies(_)
            | Meaning::Other => None,
        }
    }

    /// The version in that entry.
    #[must_use]
    pub fn version_entry_of(&self, node: &Node) -> Option<&VersionEntry> {
        let version = node.patch.as_ref()?.version?;
        self.entry_of(node)?.versions.get(version as usize)
    }

    /// The description of a resource: its version's own, else the model's.
    #[must_use]
    pub fn description_of(&self, node: &Node) -> &str {
        let own = self
            .version_entry_of(node)
            .map_or("", |version| &*version.description);
        if own.is_empty() {
            self.entry_of(node).map_or("", |entry| &*entry.description)
        } else {
            own
        }
    }

    /// The documented columns of a resource. A version has the columns of its model that it
    /// includes and does not exclude, and its own; of two with one name the last counts
    /// (dbt-core `contracts/graph/unparsed.py`, `get_columns_for_version`).
    #[must_use]
    pub fn columns_of(&self, node: &Node) -> Vec<&Column> {
        let columns = self.placed_columns(node).into_iter();
        columns.map(|it| it.column).collect()
    }

    /// The documented columns of a table of a source.
    #[must_use]
    pub fn columns_of_table(&self, table: &Table) -> &[Column] {
        let Some(Meaning::Properties(properties)) = self.file(&table.file).map(|it| &*it.meaning)
        else {
            return &[];
        };
        let entry = properties.entries.get(table.entry as usize);
        let source = entry.and_then(|entry| entry.source.as_ref());
        let table = source.and_then(|source| source.tables.get(table.at as usize));
        table.map_or(&[], |table| &table.columns)
    }

    /// A declared group by name.
    #[must_use]
    pub fn group(&self, name: &str) -> Option<&Group> {
        self.index
            .groups()
            .map(|(_, _, group)| group)
            .find(|group| &*group.name == name)
    }
}

impl VersionEntry {
    /// Whether it takes this column of its model.
    pub(super) fn has(&self, column: &Column) -> bool {
        let is_among = |names: &[Box<str>]| names.iter().any(|name| **name == *column.name());
        self.include.as_deref().is_none_or(is_among) && !is_among(&self.exclude)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::project::{FileFacts, Files, Project};

    #[test]
    fn a_version_leaves_out_adds_and_replaces_columns() {
        let yaml = "models:
  - name: orders
    description: All orders.
    columns: [{name: id, data_type: int}, {name: note}, {name: total}]
    versions:
      - v: 1
      - v: 2
        description: Without notes.
        columns:
          - include: all
            exclude: [note]
          - {name: total, data_type: decimal}
          - {name: paid}
";
        let mut files = Files::default();
        for (path, text) in [
            ("dbt_project.yml", "name: shop"),
            ("models/orders.yml", yaml),
            ("models/orders_v1.sql", ""),
            ("models/orders_v2.sql", ""),
        ] {
            files.insert_mut(path.into(), Arc::new(FileFacts::read(path, text)));
        }
        let project = Project::new("/shop".into(), files, Vec::new(), None);
        let shown = |key: &str| {
            let (_, node) = project.index.find(key).next().unwrap();
            let columns = project.columns_of(node).into_iter();
            let columns: Vec<_> = columns
                .map(|column| format!("{} {:?}", column.name(), column.data_type()))
                .collect();
            format!("{} {}", project.description_of(node), columns.join(", "))
        };
        assert_eq!(
            shown("orders.v1"),
            "All orders. id Some(\"int\"), note None, total None"
        );
        assert_eq!(
            shown("orders.v2"),
            "Without notes. id Some(\"int\"), total Some(\"decimal\"), paid None"
        );
    }
}
