//! What dbt_project.yml says of the project's other files.

use crate::fixture::check_diagnostics;

#[test]
fn nothing_is_missing_where_dbt_reads_files_of_other_names() {
    check_diagnostics(
        "
//- project shop
//- dbt_project.yml
name: shop
flags: {allow_jinja_file_extensions: true}
//- models/orders.sql.jinja
select 1 as id
//- models/lines.sql
select * from {{ ref('orders') }} join {{ ref('shop', 'orders') }} where {{ is_open() }}
//- models/_models.yml
models:
  - name: orders
    description: \"{{ doc('orders') }}\"
unit_tests:
  - {name: counts, model: orders, given: [], expect: {rows: []}}
",
    );
}
