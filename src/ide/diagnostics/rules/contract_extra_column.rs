//! `contract-extra-column`: a model makes a column that its contract does not have.

use crate::dbt::closest;
use crate::ide::diagnostics::{Check, Compared, Draft, File, Rule};
use crate::project::{Column, Role};
use crate::rules::RuleId;
use crate::text::Span;

pub(super) const RULE: Rule = Rule {
    id: RuleId::ContractExtraColumn,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
The SELECT of a view, a table or an incremental model makes a column that the model's contract does
not have. dbt compares both when it runs the model, and stops. A column without a name, like `count(*)`
alone, has the one that the warehouse makes of its text (told on DuckDB and Snowflake).

Bad:

```yaml
models:
  - name: orders
    config: {contract: {enforced: true}}
    columns:
      - {name: order_id, data_type: integer}
```

```sql
select 1 as order_id, current_date as ordered_on
```

Good: add `ordered_on` to the columns, or leave it out of the SELECT.

See <https://docs.getdbt.com/docs/mesh/govern/model-contracts>.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let contracts = file.contracts().iter();
    let found = contracts.flat_map(|compared| {
        if file.role == Role::Properties {
            described(file, compared).into_iter().collect()
        } else {
            selected(compared)
        }
    });
    found.collect()
}

/// In the SQL, at the column.
fn selected(compared: &Compared<'_>) -> Vec<Draft> {
    let model = compared.node.versioned_name();
    let extra = compared.with.extra.iter().map(|made| {
        let missing = compared.with.missing.iter().map(Column::name);
        let meant = closest(&made.name, missing);
        let reason = meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
        let made_name = &made.name;
        let message = format!("the contract of `{model}` does not have `{made_name}`{reason}");
        let is_bare = made.span.len() == made_name.len();
        Draft::new(made.span, message).replace(meant.filter(|_| is_bare))
    });
    extra.chain(nameless(compared)).collect()
}

/// Those without a name; with the one name that is missing, where there is one.
fn nameless(compared: &Compared<'_>) -> Vec<Draft> {
    let with = &compared.with;
    let meant = match (with.nameless.as_slice(), with.missing.as_slice()) {
        ([_], [one]) if with.extra.is_empty() => Some(one.name()),
        _ => None,
    };
    let question = meant.map_or_else(String::new, |it| format!("; did you mean `… as {it}`?"));
    let model = compared.node.versioned_name();
    let draft = |span: &Span| {
        let message = format!(
            "the contract of `{model}` cannot have this column, which has no name{question}"
        );
        let draft = Draft::new(*span, message);
        match meant {
            Some(name) => draft.fix(
                format!("Add `as {name}`"),
                Span::empty(span.end as usize),
                format!(" as {name}"),
            ),
            None => draft,
        }
    };
    with.nameless.iter().map(draft).collect()
}

/// In the property file, at the model: those that no column of the contract is near to.
fn described(file: &File<'_>, compared: &Compared<'_>) -> Option<Draft> {
    let patch = compared.node.patch.as_ref()?;
    let spans = file.facts?.spans.entries.get(patch.entry as usize)?;
    let version = patch
        .version
        .and_then(|version| spans.versions.get(version as usize));
    let missing = || compared.with.missing.iter().map(Column::name);
    let extra = compared.with.extra.iter().map(|made| made.name.as_str());
    let names: Vec<&str> = extra
        .filter(|it| closest(it, missing()).is_none())
        .collect();
    let model = compared.node.versioned_name();
    (!names.is_empty()).then(|| {
        let names = names.join("`, `");
        let message = format!("`{model}` makes `{names}`, which its contract does not have");
        Draft::new(version.copied().unwrap_or(spans.name), message)
    })
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check_diagnostics, check_fixes};
    use expect_test::expect;

    const PROJECT: &str = "
//- project shop
//- dbt_project.yml
name: shop
profile: shop
//- profiles.yml
shop: {target: dev, outputs: {dev: {type: duckdb}}}
//- models/lines.sql
select 1 as id, 2 as cents
";

    #[test]
    fn columns_without_a_name_are_in_no_contract() {
        check_diagnostics(&format!(
            "{PROJECT}\
//- models/orders.sql contract:enforced
select id, count(*), -cents, case when id > 1 then 2 end
--<0>^^^^^^ error[contract-missing-column]: the contract of `orders` has `lines`, which is not selected
--         ^^^^^^^^ error[contract-extra-column]: the contract of `orders` cannot have this column, which has no name
--                   ^^^^^^ error[contract-extra-column]: the contract of `orders` cannot have this column, which has no name
--                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[contract-extra-column]: the contract of `orders` cannot have this column, which has no name
from {{{{ ref('lines') }}}} group by id, cents
//- models/totals.sql contract:enforced
select id, current_date, null, (cents), s['a'] from {{{{ ref('lines') }}}}, (select {{'a': 1}} as s)
//- models/quoted.sql contract:enforced
select count(*) from {{{{ ref('lines') }}}}
//- models/made.sql contract:enforced
select id, {{{{ total() }}}} from {{{{ ref('lines') }}}}
//- macros/m.sql
{{% macro total() %}}2 as lines{{% endmacro %}}
//- models/s.yml
models:
  - name: orders
    columns:
      - {{name: id, data_type: int}}
      - {{name: lines, data_type: bigint}}
#              ^^^^^ error[contract-missing-column]: the contract of `orders` has `lines`, which is not selected
  - name: totals
    columns: [{{name: id, data_type: int}}]
  - name: quoted
    columns: [{{name: 'count_star()', quote: true, data_type: bigint}}]
  - name: made
    columns: [{{name: id, data_type: int}}, {{name: lines, data_type: bigint}}]
"
        ));
    }

    #[test]
    fn the_one_name_that_is_missing_is_meant() {
        check_fixes(
            &format!(
                "{PROJECT}\
//- models/orders.sql contract:enforced
select id, co$0unt(*) from {{{{ ref('lines') }}}} group by id
//- models/s.yml
models:
  - name: orders
    columns: [{{name: id, data_type: int}}, {{name: lines, data_type: bigint}}]
"
            ),
            &expect![[r"
                the contract of `orders` cannot have this column, which has no name; did you mean `… as lines`?
                  Add `as lines`
                    select id, count(*) as lines from {{ ref('lines') }} group by id
                  Ignore `contract-extra-column` on this line
                    -- dbt-mesh: ignore[contract-extra-column]
            "]],
        );
    }

    #[test]
    fn other_warehouses_may_find_names() {
        check_diagnostics(
            "
//- project shop
//- dbt_project.yml
name: shop
profile: shop
//- profiles.yml
shop: {target: dev, outputs: {dev: {type: postgres, host: db, port: 5432, user: ada, password: pw, dbname: shop, schema: shop}}}
//- models/orders.sql contract:enforced
select 1 as id, case when true then 2 end
//- models/s.yml
models:
  - name: orders
    columns: [{name: id, data_type: int}, {name: case, data_type: int}]
",
        );
    }
}
