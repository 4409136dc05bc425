//! What users can set.

use crate::fixture::check_diagnostics;

#[test]
fn a_comment_switches_rules_off_for_a_line() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select * from {{ ref('a') }} -- dbt-mesh: ignore
-- dbt-mesh: ignore[unknown-model]
join {{ ref('b') }}
join {{ ref('c') }} -- dbt-mesh: ignore[private-ref]
--           ^ error[unknown-model]: no model `c` here or in the projects that this one reads
",
    );
}
