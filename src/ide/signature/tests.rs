use crate::fixture::check_signature;

const SHOP: &str = "
//- project shop
//- macros/cents.sql
{% macro cents(column, scale=2, quote: bool=true) %}{{ column }}{% endmacro %}
//- macros/_macros.yml
macros: [{name: cents, description: In cents.}]
";

#[track_caller]
fn check(line: &str, expected: &str) {
    check_signature(&format!("{SHOP}//- models/orders.sql\n{line}\n"), expected);
}

#[test]
fn the_parameter_at_the_cursor_is_told() {
    check(
        "select {{ cents($0",
        "cents([column], scale=2, quote: bool=true)\nIn cents.",
    );
    check(
        "select {{ cents('a', $0) }}",
        "cents(column, [scale=2], quote: bool=true)\nIn cents.",
    );
    check(
        "select {{ cents('a', quote=$0",
        "cents(column, scale=2, [quote: bool=true])\nIn cents.",
    );
    check(
        "select {{ cents('a', 2, true, $0",
        "cents(column, scale=2, quote: bool=true)\nIn cents.",
    );
}

#[test]
fn functions_of_dbt_have_signatures() {
    check(
        "{{ ref('$0",
        "ref(package, [name], v=none, version=none)\nreads a model, seed or snapshot",
    );
    check(
        "{{ ref('a', '$0') }}",
        "ref(package, [name], v=none, version=none)\nreads a model, seed or snapshot",
    );
    check(
        "{{ config(materialized='$0",
        "config([**options])\nconfigures this file",
    );
    check(
        "{{ dbt.datediff('a', $0",
        "datediff(first_date, [second_date], datepart)\n",
    );
    check(
        "{{ adapter.dispatch($0",
        "dispatch([macro_name], macro_namespace=none)\nthe macro as this adapter has it",
    );
    check("{{ gone($0", "nothing");
    check("select cents($0", "nothing");
}
