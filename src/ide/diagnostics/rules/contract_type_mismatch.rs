//! `contract-type-mismatch`: a model makes a column of another type than its contract says.

mod lacking;

use crate::ide::diagnostics::{Check, Compared, Draft, File, Rule};
use crate::project::Role;
use crate::rules::{RuleId, Severity};

pub(super) const RULE: Rule = Rule {
    id: RuleId::ContractTypeMismatch,
    explanation: EXPLANATION,
    checks: &[Check::File(check), Check::File(lacking::check)],
};

const EXPLANATION: &str = "\
The SELECT of a view, a table or an incremental model makes a column of another type than its
contract says. dbt lets the warehouse tell both types when it runs the model, compares them as its adapter does, and stops. So aliases of a
type are the same, and lengths and precisions count where the adapter looks at them.

Types are known of casts, of columns that contracts or SELECTs pass on, of seeds with `column_types`, and
on DuckDB of literals, operators and the usual functions. Where a type is not known, nothing is said.

On DuckDB a contract can have a type that the warehouse lacks, too, by a slip or as another warehouse
calls it: dbt asks for an empty table of the contract's types, and stops. Nothing is said of names that
are near to none, for there are types of one's own, nor where hooks or macros may make some.

Bad on DuckDB, where the sum of integers is a hugeint:

```yaml
columns:
  - {name: total, data_type: integer}
```

```sql
select sum(amount) as total from {{ ref('lines') }}
```

Good:

```sql
select cast(sum(amount) as integer) as total from {{ ref('lines') }}
```

See <https://docs.getdbt.com/docs/mesh/govern/model-contracts>.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let contracts = file.contracts().iter();
    contracts
        .flat_map(|compared| of_model(file, compared))
        .collect()
}

fn of_model(file: &File<'_>, compared: &Compared<'_>) -> Vec<Draft> {
    let is_certain = compared.with.is_certain;
    let placed = file.linked.project.placed_columns(compared.node);
    let mistyped = compared.with.mistyped.iter().filter_map(|one| {
        let wanted = one.column.data_type().unwrap_or("");
        let (name, is) = (&one.made.name, one.is);
        let message = format!("`{name}` is `{is}`, and the contract says `{wanted}`");
        let draft = if file.role == Role::Properties {
            let place = placed
                .iter()
                .find(|it| it.column.name() == one.column.name())?;
            let span = place.data_type.unwrap_or(place.name);
            let is_bare = span.len() == wanted.len();
            let is = is.named(file.linked.dialect());
            let is = Some(is.as_str()).filter(|_| is_bare);
            Draft::new(span, message).replace_value(file, is)
        } else {
            Draft::new(one.made.span, message)
        };
        Some(if is_certain {
            draft
        } else {
            draft.at_most(Severity::Warning)
        })
    });
    mistyped.collect()
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn types_are_compared_as_duckdb_tells_them() {
        check_diagnostics(
            "
//- project shop needs:core
//- dbt_project.yml
name: shop
profile: shop
//- profiles.yml
shop: {target: dev, outputs: {dev: {type: duckdb}}}
//- models/orders.sql contract:enforced
with l as (select * from {{ ref('core', 'lines') }})
select
    id,
    sum(cents) as total,
--                ^^^^^ error[contract-type-mismatch]: `total` is `hugeint`, and the contract says `integer`
    cast(sum(cents) as int4) as total_cast,
    max(price) as price,
    max(price) * 2 as double_price,
--                    ^^^^^^^^^^^^ error[contract-type-mismatch]: `double_price` is `decimal(18,2)`, and the contract says `decimal(10,2)`
    date_trunc('month', day) as month,
--                              ^^^^^ error[contract-type-mismatch]: `month` is `timestamp`, and the contract says `date`
    count(*) as lines,
    'x' || id as label,
    id + 1 as list,
--            ^^^^ error[contract-type-mismatch]: `list` is `integer`, and the contract says `integer[]`
    [id] as other_list,
    {{ anything() }} as made
from l group by id, day
//- macros/m.sql
{% macro anything() %}1{% endmacro %}
//- models/s.yml
models:
  - name: orders
    columns:
      - {name: id, data_type: int}
      - {name: total, data_type: integer}
#                                ^^^^^^^ error[contract-type-mismatch]: `total` is `hugeint`, and the contract says `integer`
      - {name: total_cast, data_type: int}
      - {name: price, data_type: \"numeric(10, 2)\"}
      - {name: double_price, data_type: \"decimal(10,2)\"}
#                                        ^^^^^^^^^^^^^ error[contract-type-mismatch]: `double_price` is `decimal(18,2)`, and the contract says `decimal(10,2)`
      - {name: month, data_type: date}
#                                ^^^^ error[contract-type-mismatch]: `month` is `timestamp`, and the contract says `date`
      - {name: lines, data_type: long}
      - {name: label, data_type: text}
      - {name: list, data_type: 'integer[]'}
#                                ^^^^^^^^^ error[contract-type-mismatch]: `list` is `integer`, and the contract says `integer[]`
      - {name: other_list, data_type: 'integer[]'}
      - {name: made, data_type: date}
//- manifest core
//- models/lines.sql access:public contract:enforced
select 1 as id
//- models/lines.yml
models:
  - name: lines
    columns:
      - {name: id, data_type: int}
      - {name: cents, data_type: int}
      - {name: price, data_type: \"decimal(10,2)\"}
      - {name: day, data_type: date}
",
        );
    }
}
