//! What Jinja reads and refuses.

use crate::fixture::check_diagnostics;

#[test]
fn several_targets_may_be_attributes_and_stand_in_a_with() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
{% set ns = namespace() %}{% set ns.a, ns.b = 1, 2 %}{% set c, ns.d = 3, 4 %}
{% with e, f = (5, 6), g = 7 %}select {{ e }} as e, {{ f }} as f, {{ g }} as g{% endwith %}
//- models/lines.sql
{% for ns.a in [1] %}{% endfor %}select 1
--     ^^^^ error[jinja-syntax]: nothing can be assigned to this
",
    );
}
