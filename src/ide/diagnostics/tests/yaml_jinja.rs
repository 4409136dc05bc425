//! What dbt refuses of the Jinja in values of YAML files.

use crate::fixture::check_diagnostics;

#[test]
fn what_dbt_renders_and_what_it_leaves_for_later() {
    check_diagnostics(
        "
//- project shop
//- dbt_project.yml
name: shop # {{ var('x') }} {{ 1
vars: {a: \"{{ 1\"}
query-comment: \"{{ gone() }}\"
models:
  shop:
    +schema: \"{{ target.name ~ env_var('A', 'b') | upper }}\"
    +pre-hook: \"{{ gone() }}\"
//- models/orders.sql
select 1 as id
//- models/orders.yml
models:
  - name: orders # {{ var('x') }} {{ 1
    description: \"{{ target.name }} {{ nothing }}\"
    config:
      meta: {a: \"{{ nothing }}\", b: \"{# {{ #}\", c: \"{% raw %}{{ ref('a') }}{% endraw %}\", d: '}}'}
      pre_hook: \"{{ gone() }} {{ this }}\"
    columns:
      - name: id
        data_tests:
          - unique: {name: \"{{ 1\", config: {where: \"{{ target.name }}\"}}
          - accepted_values: {arguments: {values: [\"{{ gone() }}\"]}}
metrics:
  - name: m
    description: \"{{ doc('__overview__') }}\"
    label: m
    type: simple
    filter: \"{{ Dimension('a__b') }}\"
",
    );
}

#[test]
fn a_tag_without_its_end_stops_dbt() {
    check_diagnostics(
        "
//- project shop
//- dbt_project.yml
name: shop
on-run-start: \"{{ 1\"
#              ^^ error[jinja-syntax]: this `{{` has no `}}`
//- models/orders.sql
select 1 as id
//- models/a.yml
models:
  - name: orders
    config: {meta: {a: \"{{ target.name\"}}
#                       ^^ error[jinja-syntax]: this `{{` has no `}}`
//- seeds/lines.csv
id
//- models/b.yml
seeds:
  - name: lines
    columns:
      - name: id
        data_tests:
          - accepted_values: {arguments: {values: [\"{{ 'a }}\"]}}
#                                                      ^ error[jinja-syntax]: this string has no closing quote
//- models/c.yml
sources:
  - name: raw
    schema: \"{% if target.name == 'prod' %}a\"
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[jinja-syntax]: this `if` has no `{% endif %}`
    tables: [{name: t}]
",
    );
}

#[test]
fn yaml_knows_few_names() {
    check_diagnostics(
        "
//- project shop
//- dbt_project.yml
name: shop
models:
  shop:
    +schema: \"{{ schema_of('a') }}\"
#                ^^^^^^^^^ error[jinja-syntax]: YAML knows no `schema_of`
//- macros/schema_of.sql
{% macro schema_of(a) %}{{ a }}{% endmacro %}
//- models/orders.sql
select 1 as id
//- models/a.yml
exposures:
  - name: board
    type: dashboard
    owner: {email: a@example.com}
    url: \"https://example.com/{{ dbt_utils.slugify('a') }}\"
#                                ^^^^^^^^^ error[jinja-syntax]: YAML knows no `dbt_utils`
//- models/b.yml
models:
  - name: orders
    config: {meta: {a: \"{{ 1 | nofilter }}\"}}
#                              ^^^^^^^^ error[jinja-syntax]: Jinja has no filter `nofilter`
//- seeds/lines.csv
id
//- seeds/lines.yml
seeds:
  - name: lines
    columns:
      - name: id
        data_tests:
          - unique: {config: {where: \"{{ recent('id') }}\"}}
#                                        ^^^^^^ error[jinja-syntax]: YAML knows no `recent`
",
    );
}

#[test]
fn a_description_is_read_where_it_is_one_of_something() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select 1 as id
//- models/lines.sql
{{ config(enabled=false) }} select 1 as id
//- models/a.yml
models:
  - name: orders
    columns:
      - name: id
        description: \"{{ target.name \"
#                     ^^ error[jinja-syntax]: this `{{` has no `}}`
//- models/b.yml
models:
  - name: lines
    description: \"{{ 1\"
    config: {pre_hook: \"{{ 1\"}
  - name: nothing
#         ^^^^^^^ warning[unused-properties]: no model `nothing` in this project: dbt leaves this entry aside
    description: \"{{ gone() }}\"
//- models/c.yml
exposures:
  - name: board
    type: dashboard
    owner: {email: a@example.com}
    description: \"{{ ref('orders') }}\"
#                    ^^^ error[jinja-syntax]: a description knows no `ref`
  - name: other_board
    type: dashboard
    owner: {email: a@example.com}
    depends_on: [\"ref('orders'\"]
#                             ^ error[jinja-syntax]: expected `,` or `)`
//- models/d.sql
select 1 as id
//- models/d.yml
models:
  - name: d
    config: {post_hook: [\"{{ 1\"]}
#                         ^^ error[jinja-syntax]: this `{{` has no `}}`
",
    );
}

#[test]
fn a_description_knows_docs_blocks_alone() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select 1
//- models/_models.yml
models:
  - name: orders
    description: \"Made of {{ source('raw', 'orders') }}\"
#                            ^^^^^^ error[jinja-syntax]: a description knows no `source`
    columns:
      - {name: id, description: \"{% raw %}{{ ref('a') }}{% endraw %} {# {{ ref('b') }} #}\"}
      - {name: b, description: \"{{ 'c' if true else ref('d') }}\"}
  - name: moved
#         ^^^^^ warning[unused-properties]: no model `moved` in this project: dbt leaves this entry aside
    description: \"{{ ref('orders') }}\"
",
    );
}
