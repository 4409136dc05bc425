//! `ambiguous-column`: a column without a qualifier that several relations have.

use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::mesh::columns::{Problem, ProblemKind};
use crate::rules::RuleId;

use super::unknown_column::{judged, problems};

pub(super) const RULE: Rule = Rule {
    id: RuleId::AmbiguousColumn,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
A name without a qualifier fits columns of several relations that are read together, and they are
not made one by `using`. The warehouse stops the run; Snowflake does not where relations are joined
with `using`, so nothing is said there, nor where the warehouse is not known. It is an error where contracts and the file
itself say the columns of both, else a warning.

Bad, where both have `order_id`:

```sql
select order_id
from {{ ref('orders') }} as orders
join {{ ref('costs') }} as costs on orders.order_id = costs.order_id
```

Good:

```sql
select orders.order_id
from {{ ref('orders') }} as orders
join {{ ref('costs') }} as costs on orders.order_id = costs.order_id
```
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let problems = problems(file).iter();
    problems
        .filter_map(|problem| Some(judged(file, problem, told(problem)?)))
        .collect()
}

fn told(problem: &Problem) -> Option<Draft> {
    let ProblemKind::Ambiguous {
        relations: [one, other],
        is_joined_by,
    } = &problem.kind
    else {
        return None;
    };
    let name = &problem.name;
    let message = format!("both `{one}` and `{other}` have a column `{name}`");
    let mut draft = Draft::new(problem.span, message);
    let written = |relation: &String| format!("{relation}.{name}");
    let is_bare = problem.span.len() == name.len() && !is_joined_by;
    if is_bare && !one.is_empty() && !other.is_empty() {
        draft = draft
            .replace(Some(&written(one)))
            .replace(Some(&written(other)));
    }
    Some(draft)
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn a_name_that_two_have_is_told_and_one_that_is_joined_by_is_not() {
        check_diagnostics(
            "
//- project shop
//- dbt_project.yml
name: shop
profile: main
//- profiles.yml
main: {target: dev, outputs: {dev: {type: duckdb}}}
//- models/a.sql
select 1 as id, 2 as x
//- models/b.sql
select 1 as id, 3 as x
//- models/c.sql
select id, x
--         ^ warning[ambiguous-column]: both `a` and `b` have a column `x`
from {{ ref('a') }} join {{ ref('b') }} using (id)
//- models/d.sql
select a.id, u.x from {{ ref('a') }} as a join {{ ref('unknown_to_us') }} as u on a.id = u.id
//- models/unknown_to_us.sql
select * from somewhere
",
        );
    }

    #[test]
    fn a_join_by_a_name_that_two_have_is_ambiguous_too() {
        let fixture = "
//- project shop
//- dbt_project.yml
name: shop
profile: main
//- profiles.yml
main: {target: dev, outputs: {dev: {type: duckdb}}}
//- models/a.sql
select 1 as id, 2 as x
//- models/b.sql
select 1 as id, 3 as y
//- models/c.sql
select a.x from {{ ref('a') }} as a join {{ ref('b') }} as b on a.id = b.id join {{ ref('a') }} as c using (id)
--                                                                                                          ^^ warning[ambiguous-column]: both `a` and `b` have a column `id`
//- models/d.sql
select a.x from {{ ref('a') }} as a join {{ ref('b') }} as b using (id) join {{ ref('a') }} as c using (id)
//- models/e.sql
select a.x from {{ ref('a') }} as a, {{ ref('b') }} as b join {{ ref('a') }} as c using (id)
//- models/f.sql
select a.x from {{ ref('a') }} as a semi join {{ ref('b') }} as b using (id) join {{ ref('a') }} as c using (id)
";
        check_diagnostics(fixture);
        check_diagnostics(&fixture.replace("duckdb", "snowflake, account: shop, database: shop, schema: shop").replace(
            "--                                                                                                          ^^ warning[ambiguous-column]: both `a` and `b` have a column `id`\n",
            "",
        ));
    }

    #[test]
    fn snowflake_takes_the_first_where_relations_are_joined_with_using() {
        check_diagnostics(
            "
//- project shop
//- dbt_project.yml
name: shop
profile: main
//- profiles.yml
main: {target: dev, outputs: {dev: {type: snowflake, account: shop, database: shop, schema: shop}}}
//- models/a.sql
select 1 as id, 2 as x
//- models/b.sql
select 1 as id, 3 as x
//- models/c.sql
select id, x from {{ ref('a') }} left join {{ ref('b') }} using (id)
//- models/d.sql
select x from {{ ref('a') }} as a join {{ ref('b') }} as b on a.id = b.id
--     ^ warning[ambiguous-column]: both `a` and `b` have a column `x`
",
        );
    }

    #[test]
    fn where_the_warehouse_is_not_known_it_may_be_snowflake() {
        check_diagnostics(
            "
//- project shop
//- models/a.sql
select 1 as id, 2 as x
//- models/b.sql
select 1 as id, 3 as x
//- models/c.sql
select id, x from {{ ref('a') }} left join {{ ref('b') }} using (id)
",
        );
    }
}
