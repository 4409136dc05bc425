//! Refs in Python, in snapshots and in hooks.

use crate::fixture::check_diagnostics;

#[test]
fn python_models_and_snapshots_are_read() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select 1
//- models/scored.py
def model(dbt, session):
    return dbt.ref('orders').join(dbt.ref(\"odrers\"))
#                                          ^^^^^^ error[unknown-model]: no model `odrers` here or in the projects that this one reads; did you mean `orders`?
//- snapshots/history.sql
{% snapshot history %}{{ config(strategy='check', check_cols='all', unique_key='id') }}
select * from {{ ref('gone') }} {% endsnapshot %}
--                    ^^^^ error[unknown-model]: no model `gone` here or in the projects that this one reads
//- models/reader.sql
select * from {{ ref('history') }}
",
    );
}

#[test]
fn the_sql_of_a_hook_is_part_of_the_model() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
{{ config(post_hook=\"select 1 from {{ ref('gone') }}\", pre_hook=['{{ log(1) }}']) }} select 1
--                                         ^^^^ error[unknown-model]: no model `gone` here or in the projects that this one reads
",
    );
}
