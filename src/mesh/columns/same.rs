//! Do others see what a file makes as before, though its text is another?

use crate::mesh::{Linked, Mesh};
use crate::syntax::sql::DataType;

use super::{Comparison, Made, Relation, Study};

impl Linked {
    /// Whether a file makes the same for others as it did `then`: columns, their types, and what
    /// both are to its contract.
    #[must_use]
    pub fn makes_as(&self, mesh: &Mesh, then: (&Linked, &Mesh), file: &str) -> bool {
        let (linked, before) = then;
        let (new, old) = (
            self.columns_of_file(mesh, file),
            linked.columns_of_file(before, file),
        );
        let is_same = match (new, old) {
            (Some(new), Some(old)) => new.is_like(&old),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        let studied = || match (self.study(mesh, file), linked.study(before, file)) {
            (Some(new), Some(old)) => new.is_like(&old),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        is_same && studied()
    }
}

impl Relation {
    fn is_like(&self, other: &Self) -> bool {
        self.columns == other.columns
            && self.is_whole == other.is_whole
            && self.basis == other.basis
            && self.is_certain == other.is_certain
    }
}

impl Study {
    fn is_like(&self, other: &Self) -> bool {
        // Of what a SELECT makes the reading has said the types.
        let made = |study: &Self| {
            let made = study.made.as_ref()?;
            Some((made.columns.to_vec(), made.types.get().cloned()))
        };
        let contract = |study: &Self| study.contract.as_deref().map(said);
        made(self) == made(other) && contract(self) == contract(other)
    }
}

type Said = (bool, Vec<String>, [Vec<String>; 2], Vec<(String, DataType)>);

/// What a comparison says, wherever that stands in the file.
fn said(comparison: &Comparison) -> Said {
    let names = |made: &[Made]| made.iter().map(|it| it.name.clone()).collect();
    let missing = comparison.missing.iter().map(|it| it.name().to_owned());
    let mistyped = comparison.mistyped.iter();
    let mistyped = mistyped.map(|it| (it.made.name.clone(), it.is));
    (
        comparison.is_certain,
        missing.collect(),
        [names(&comparison.extra), names(&comparison.twice)],
        mistyped.collect(),
    )
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Arc;

    use crate::fixture::Fixture;
    use crate::ide;
    use crate::world::Change;

    #[test]
    fn what_others_see_of_a_file_is_its_columns_and_how_they_keep_a_contract() {
        let fixture = Fixture::new(
            "
//- project shop
//- dbt_project.yml
name: shop
profile: shop
//- profiles.yml
shop: {target: dev, outputs: {dev: {type: duckdb}}}
//- models/orders.sql
select 1 as id, cast(2 as int) as cents from lines
//- models/held.sql
select 1 as id, cast(2 as int) as cents from lines
//- models/s.yml
models:
  - name: held
    config: {materialized: table, contract: {enforced: true}}
    columns: [{name: id, data_type: int}, {name: cents, data_type: int}]
//- models/sums.py
def model(dbt, session):
    return 1
",
        );
        let makes_as = |file: &str, text: &str| {
            let path = PathBuf::from("/mesh/shop/models").join(file);
            let files = vec![(path.clone(), Some(text.into()))];
            let change = Change::FilesOnDisk(files);
            let after = Arc::new(fixture.world.apply(change));
            ide::makes_the_same(&fixture.world, &after, &path)
        };
        for file in ["orders.sql", "held.sql"] {
            for (text, is_same) in [
                (
                    "-- all\nselect 1 as id, cast(2 as int) as cents from lines",
                    true,
                ),
                ("select 1 as id, cast(2 as int) as cents from line", true),
                ("select 1 as id, cast(2 as int) as cent from lines", false),
                (
                    "select 1 as id, cast(2 as bigint) as cents from lines",
                    false,
                ),
                ("select 1 as id from lines", false),
            ] {
                assert_eq!(makes_as(file, text), is_same, "{file}: {text}");
            }
        }
        assert!(makes_as(
            "sums.py",
            "def model(dbt, session):\n    return 2\n"
        ));
    }
}
