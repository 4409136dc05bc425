//! What do the files of a project say alike? Tens of thousands of refs name a few hundred models,
//! and most columns look like another one, so each such text is kept once for all of them.

use std::sync::Arc;

use arcstr::ArcStr;
use foldhash::HashSet;

use super::column::ColumnTexts;
use super::kept::Kept;
use super::{FileFacts, Meaning, PropertyEntry, RefArguments, Reference};

/// The names that refs give.
#[derive(Default)]
struct Names(HashSet<ArcStr>);

impl FileFacts {
    /// Lets the files of a project that were just read share what they say alike, and packs their
    /// texts together.
    pub fn share_texts<'a>(files: impl Iterator<Item = &'a mut Self>) {
        let (mut columns, mut names) = (ColumnTexts::default(), Names::default());
        let files = files.map(|file| {
            match Arc::get_mut(&mut file.meaning) {
                Some(Meaning::Properties(properties)) => {
                    let entries = properties.entries.iter_mut();
                    entries.for_each(|entry| share_columns(entry, &mut columns));
                    names.share(&mut properties.references);
                }
                Some(Meaning::Code(code)) => names.share(&mut code.references),
                _ => {}
            }
            &mut file.kept
        });
        Kept::pack(files.flatten());
    }
}

fn share_columns(entry: &mut PropertyEntry, texts: &mut ColumnTexts) {
    let versions = entry.versions.iter_mut();
    let versions = versions.flat_map(|version| &mut version.columns);
    let tables = entry.source.iter_mut().flat_map(|it| &mut it.tables);
    let tables = tables.flat_map(|table| &mut table.columns);
    for column in entry.columns.iter_mut().chain(versions).chain(tables) {
        column.share(texts);
    }
}

impl Names {
    fn share(&mut self, references: &mut [Reference]) {
        for reference in references {
            match &mut reference.arguments {
                RefArguments::Declared { package, name }
                | RefArguments::Names { package, name, .. } => {
                    if let Some(package) = package {
                        self.share_one(package);
                    }
                    self.share_one(name);
                }
                RefArguments::Source { source, table } => {
                    self.share_one(source);
                    self.share_one(table);
                }
                RefArguments::Dynamic | RefArguments::Invalid(_) => {}
            }
        }
    }

    fn share_one(&mut self, name: &mut ArcStr) {
        match self.0.get(name) {
            Some(known) => *name = ArcStr::clone(known),
            None => {
                self.0.insert(ArcStr::clone(name));
            }
        }
    }
}
