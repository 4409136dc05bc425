#![expect(clippy::needless_raw_string_hashes, reason = "expect_test writes them")]

use expect_test::expect;

use crate::fixture::{check_complete, check_goto, check_hover, check_references};

const SHOP: &str = "
//- project shop
//- macros/cents.sql
{% macro cents(column, scale=2) %}{{ column }}{% endmacro %}
{% macro default__kind(a) %}{{ a }}{% endmacro %}
{% macro duckdb__kind(a) %}{{ a }}{% endmacro %}
//- macros/_macros.yml
macros:
  - name: cents
    description: Euros from cents.
    arguments:
      - {name: column, type: string, description: The column.}
//- tests/generic/own.sql
{% test own(model, column_name) %}select 1{% endtest %}
//- package kit
//- macros/twice.sql
{% macro twice(a) %}{{ a }}{% endmacro %}
//- macros/_macros.yml
macros:
  - name: twice
    description: The same once more.
    arguments:
      - {name: a, type: string}
";

fn shop(file: &str) -> String {
    let (before, after) = SHOP.split_once("//- package").unwrap();
    format!("{before}{file}\n//- package{after}")
}

#[test]
fn hover_shows_signature_description_and_arguments() {
    check_hover(
        &shop("//- models/orders.sql\nselect {{ ce$0nts('a') }}"),
        &expect![[r"
            [cents]
            ```jinja
            cents(column, scale=2)
            ```

            Euros from cents.

            - `column` (string): The column.

            macro of `shop`, `shop/macros/cents.sql`"]],
    );
    check_hover(
        &shop("//- models/orders.sql\nselect {{ kit.twi$0ce('a') }}"),
        &expect![[r#"
            [twice]
            ```jinja
            twice(a)
            ```

            The same once more.

            - `a` (string)

            macro of `kit`, `shop/dbt_packages/kit/macros/twice.sql`"#]],
    );
    check_hover(
        &shop("//- models/orders.sql\nselect {{ dbt.date$0diff('a', 'b', 'day') }}"),
        &expect![[r"
            [datediff]
            ```jinja
            datediff(first_date, second_date, datepart)
            ```

            macro of dbt"]],
    );
    check_hover(
        &shop("//- models/orders.sql\nselect {{ adapter.dis$0patch('kind')('a') }}"),
        &expect![[r"
            [dispatch]
            ```jinja
            dispatch(macro_name, macro_namespace=none)
            ```

            the macro as this adapter has it

            of `adapter`"]],
    );
}

#[test]
fn jumps_lead_to_macros_of_the_project_and_of_packages() {
    check_goto(
        &shop("//- models/orders.sql\nselect {{ kit.twi$0ce('a') }}"),
        &expect![[r"
            [twice]
            shop/dbt_packages/kit/macros/twice.sql
                {% macro twice(a) %}{{ a }}{% endmacro %}
                         ^^^^^
        "]],
    );
    check_goto(
        &shop("//- models/orders.sql\nselect {{ adapter.dispatch('ki$0nd')('a') }}"),
        &expect![[r"
            [kind]
            shop/macros/cents.sql
                {% macro default__kind(a) %}{{ a }}{% endmacro %}
                         ^^^^^^^^^^^^^
            shop/macros/cents.sql
                {% macro duckdb__kind(a) %}{{ a }}{% endmacro %}
                         ^^^^^^^^^^^^
        "]],
    );
}

#[test]
fn references_are_calls_and_tests() {
    check_references(
        &shop(
            "//- models/orders.sql\nselect {{ ce$0nts('a') }}, {{ shop.cents('b') }}, {{ other.cents('c') }}",
        ),
        &expect![[r#"
            shop/models/orders.sql
                select {{ cents('a') }}, {{ shop.cents('b') }}, {{ other.cents('c') }}
                          ^^^^^
            shop/models/orders.sql
                select {{ cents('a') }}, {{ shop.cents('b') }}, {{ other.cents('c') }}
                                                 ^^^^^
        "#]],
    );
    check_references(
        &shop(
            "//- models/orders.sql\nselect 1\n//- models/_models.yml\nmodels:\n  - name: orders\n    data_tests: [ow$0n]",
        ),
        &expect![[r#"
            shop/models/_models.yml
                    data_tests: [own]
                                 ^^^
        "#]],
    );
}

#[test]
fn macros_and_members_are_completed() {
    check_complete(
        &shop("//- models/orders.sql\nselect {{ cent$0 }}"),
        &expect![[r#"
            Function cents (column, scale=2)
                select {{ cents(¦ }}
            and more
        "#]],
    );
    check_complete(
        &shop("//- models/orders.sql\nselect {{ kit.$0 }}"),
        &expect![[r#"
            Function twice (a)
                select {{ kit.twice(¦ }}
        "#]],
    );
    check_complete(
        &shop("//- models/orders.sql\nselect {{ modules.$0 }}"),
        &expect![[r#"
            Value datetime Python's dates and times
                select {{ modules.datetime¦ }}
            Value pytz time zones
                select {{ modules.pytz¦ }}
            Value re regular expressions
                select {{ modules.re¦ }}
            Value itertools ways of going through lists
                select {{ modules.itertools¦ }}
        "#]],
    );
}

#[test]
fn variables_are_completed_shown_and_found() {
    const VARS: &str =
        "//- dbt_project.yml\nname: shop\nvars: {first_day: 2020-01-01, kit: {size: 3}}\n";
    check_complete(
        &shop(&format!("{VARS}//- models/orders.sql\nselect {{{{ var('$0")),
        &expect![[r#"
            Value first_day 2020-01-01
                select {{ var('first_day') }}¦
            Value size 3
                select {{ var('size') }}¦
        "#]],
    );
    check_hover(
        &shop(&format!(
            "{VARS}//- models/orders.sql\nselect {{{{ var('first$0_day') }}}}"
        )),
        &expect![[r#"
            [first_day]
            **`first_day`** · variable of the project

            `2020-01-01` in dbt_project.yml"#]],
    );
    check_goto(
        &shop(&format!(
            "{VARS}//- models/orders.sql\nselect {{{{ var('si$0ze') }}}}"
        )),
        &expect![[r#"
            [size]
            shop/dbt_project.yml
                vars: {first_day: 2020-01-01, kit: {size: 3}}
                                                    ^^^^
        "#]],
    );
    check_hover(
        &shop("//- models/orders.sql\nselect {{ env_var('HO$0ME') }}"),
        &expect![[r#"
            [HOME]
            **`HOME`** · variable of the environment

            it is not set here"#]],
    );
}
