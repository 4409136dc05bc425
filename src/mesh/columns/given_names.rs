//! Which names are wrong that a file gives to macros? They are judged where the macros write them, and
//! told where the file has them.

use std::collections::HashSet;

use crate::mesh::{Linked, Mesh, PackageAt};
use crate::project::Project;
use crate::render::{GivenName, Insert, with_inserts};
use crate::text::Span;

use super::{Chain, Problem, Reading};

impl Linked {
    /// The names of a file that are wrong, in the text's order: those of its SQL, and those that
    /// it gives to macros; with the reading of what these make, where one was needed.
    pub(super) fn problems_of<'a>(
        &'a self,
        mesh: &'a Mesh,
        (project, package): (&'a Project, PackageAt),
        file: &str,
        reading: &Reading<'_>,
        chain: Option<&Chain<'_>>,
    ) -> (Vec<Problem>, Option<Reading<'a>>) {
        let mut problems = reading.problems();
        let inserts = project.file(file).map(|facts| &facts.inserts);
        let Some(inserts) = inserts.filter(|inserts| !inserts.is_empty()) else {
            return (problems, None);
        };
        let inserts: Vec<_> = inserts.iter().collect();
        if inserts.iter().all(|insert| reading.sees(insert)) {
            return (problems, None);
        }
        let (text, names) = with_inserts(reading.text(), &inserts);
        let made = self.read_text(mesh, (project, package), (file, text), chain);
        if let Some(made) = &made {
            problems.extend(made.problems_of_given(&names, reading.text()));
            problems.sort_by_key(|problem| problem.span);
        }
        (problems, made)
    }
}

impl Reading<'_> {
    /// Whether all names of a file that stand in an insert are right there, as most are: nobody has
    /// to read what the macros make of them.
    fn sees(&self, insert: &Insert) -> bool {
        let mut trees = self.sql.trees.iter().zip(&self.scopes);
        trees.all(|(tree, scopes)| {
            let (_, select) = tree.innermost(insert.statement.start);
            let is_seen = |path| scopes.sees(tree, select?, path).then_some(());
            let mut paths = insert.paths();
            paths.all(|path| path.and_then(is_seen).is_some())
        })
    }

    /// Those of the given names that are wrong wherever they are written. `text` is the file's own.
    fn problems_of_given(&self, names: &[GivenName], text: &str) -> Vec<Problem> {
        let written = |made: Span| {
            let at = names.binary_search_by_key(&made, |name| name.made).ok()?;
            names.get(at).map(|name| name.written)
        };
        let right: HashSet<Span> = self.right_names().filter_map(written).collect();
        let mut told = HashSet::new();
        let problems = self.problems().into_iter().filter_map(|problem| {
            let span = written(problem.inside())?;
            let is_new = !right.contains(&span) && told.insert(span);
            let own = span.of(text);
            let is_as_written = own.eq_ignore_ascii_case(&problem.name);
            is_new.then(|| Problem {
                span,
                name: if is_as_written {
                    own.to_owned()
                } else {
                    problem.name
                },
                ..problem
            })
        });
        problems.collect()
    }
}
