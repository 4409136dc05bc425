#![expect(
    clippy::needless_raw_string_hashes,
    reason = "the hashes are written by expect-test"
)]

use expect_test::expect;

use crate::fixture::{Fixture, check_complete};
use crate::ide::{self, CompletionKind};
use crate::rules::{RuleId, Severity};
use crate::world::Change;

/// A mesh round the file that is typed in.
pub(super) fn mesh(file: &str) -> String {
    format!(
        "
//- project shop needs:core
//- models/shop_orders.sql
//- seeds/countries.csv
{file}
//- manifest core
//- models/products.sql access:public
//- models/_core.yml
models:
  - name: products
    description: All products.
    columns: [{{name: id}}, {{name: price}}]
  - name: stock
    latest_version: 2
    config: {{access: public}}
    versions: [{{v: 1, deprecation_date: 2026-01-01}}, {{v: 2}}, {{v: 3}}]
//- models/stock_v1.sql
//- models/stock_v2.sql
//- models/stock_v3.sql
//- models/prices.sql
//- models/costs.sql access:private group:finance
"
    )
}

#[track_caller]
fn check(line: &str, expected: &expect_test::Expect) {
    check_complete(&mesh(&format!("//- models/a.sql\n{line}")), expected);
}

#[test]
fn the_first_argument_is_a_model_or_a_project() {
    check(
        "from {{ ref('$0",
        &expect![[r#"
            Seed countries seed
                from {{ ref('countries') }}¦
            Model shop_orders protected
                from {{ ref('shop_orders') }}¦
            Project core project
                from {{ ref('core', '¦
            Project shop project
                from {{ ref('shop', '¦
            Model products core · public
                from {{ ref('core', 'products') }}¦
            Model stock core · public · v2
                from {{ ref('core', 'stock') }}¦
        "#]],
    );
}

#[test]
fn the_second_argument_is_a_model_of_that_project() {
    check(
        "from {{ ref('core', '$0",
        &expect![[r#"
            Model products public
                from {{ ref('core', 'products') }}¦
            Model stock public · v2
                from {{ ref('core', 'stock') }}¦
            Model costs private · dbt refuses it here
                from {{ ref('core', 'costs') }}¦
            Model prices protected · dbt refuses it here
                from {{ ref('core', 'prices') }}¦
        "#]],
    );
    check(
        "from {{ ref('core', \"st$0ock\") }}",
        &expect![[r#"
            Model products public
                from {{ ref('core', "products¦") }}
            Model stock public · v2
                from {{ ref('core', "stock¦") }}
            Model costs private · dbt refuses it here
                from {{ ref('core', "costs¦") }}
            Model prices protected · dbt refuses it here
                from {{ ref('core', "prices¦") }}
        "#]],
    );
    check(
        "from {{ ref('core', $0) }}",
        &expect![[r#"
            Model products public
                from {{ ref('core', 'products'¦) }}
            Model stock public · v2
                from {{ ref('core', 'stock'¦) }}
            Model costs private · dbt refuses it here
                from {{ ref('core', 'costs'¦) }}
            Model prices protected · dbt refuses it here
                from {{ ref('core', 'prices'¦) }}
        "#]],
    );
    check("from {{ ref('nothing', '$0') }}", &expect![[""]]);
}

#[test]
fn an_existing_ref_keeps_its_other_argument() {
    check(
        "from {{ ref('co$0re', 'stock') }}",
        &expect![[r#"
        Project core project
            from {{ ref('core¦', 'stock') }}
        Project shop project
            from {{ ref('shop¦', 'stock') }}
    "#]],
    );
    check(
        "from {{ ref(co$0, 'stock') }}",
        &expect![[r#"
        Project core project
            from {{ ref('core'¦, 'stock') }}
        Project shop project
            from {{ ref('shop'¦, 'stock') }}
    "#]],
    );
}

#[test]
fn without_a_quote_the_quotes_are_put() {
    check(
        "from {{ ref($0) }}",
        &expect![[r#"
            Seed countries seed
                from {{ ref('countries'¦) }}
            Model shop_orders protected
                from {{ ref('shop_orders'¦) }}
            Project core project
                from {{ ref('core', ¦) }}
            Project shop project
                from {{ ref('shop', ¦) }}
            Model products core · public
                from {{ ref('core', 'products'¦) }}
            Model stock core · public · v2
                from {{ ref('core', 'stock'¦) }}
        "#]],
    );
    check(
        "from {{ ref(sho$0",
        &expect![[r#"
            Seed countries seed
                from {{ ref('countries') }}¦
            Model shop_orders protected
                from {{ ref('shop_orders') }}¦
            Project core project
                from {{ ref('core', ¦
            Project shop project
                from {{ ref('shop', ¦
            Model products core · public
                from {{ ref('core', 'products') }}¦
            Model stock core · public · v2
                from {{ ref('core', 'stock') }}¦
        "#]],
    );
}

#[test]
fn versions_come_latest_first_and_unquoted() {
    check(
        "from {{ ref('core', 'stock', v=$0",
        &expect![[r#"
        Version 2 latest
            from {{ ref('core', 'stock', v=2) }}¦
        Version 3
            from {{ ref('core', 'stock', v=3) }}¦
        Version 1 deprecated since 2026-01-01 (deprecated)
            from {{ ref('core', 'stock', v=1) }}¦
    "#]],
    );
    check(
        "from {{ ref('core', 'stock', version='$0') }}",
        &expect![[r#"
            Version 2 latest
                from {{ ref('core', 'stock', version='2¦') }}
            Version 3
                from {{ ref('core', 'stock', version='3¦') }}
            Version 1 deprecated since 2026-01-01 (deprecated)
                from {{ ref('core', 'stock', version='1¦') }}
        "#]],
    );
    check(
        "from {{ ref('core', 'stock', $0) }}",
        &expect![[r#"
        Keyword v= newest: 3
            from {{ ref('core', 'stock', v=¦) }}
    "#]],
    );
    check("from {{ ref('core', 'products', $0) }}", &expect![[""]]);
}

#[test]
fn only_what_is_missing_is_closed() {
    check(
        "{% set r = ref('core', 'stock', v=$0",
        &expect![[r#"
            Version 2 latest
                {% set r = ref('core', 'stock', v=2) %}¦
            Version 3
                {% set r = ref('core', 'stock', v=3) %}¦
            Version 1 deprecated since 2026-01-01 (deprecated)
                {% set r = ref('core', 'stock', v=1) %}¦
        "#]],
    );
    check(
        "select {{ dbt_utils.star(from=ref('core', 'stock', v=$0",
        &expect![[r#"
            Version 2 latest
                select {{ dbt_utils.star(from=ref('core', 'stock', v=2)¦
            Version 3
                select {{ dbt_utils.star(from=ref('core', 'stock', v=3)¦
            Version 1 deprecated since 2026-01-01 (deprecated)
                select {{ dbt_utils.star(from=ref('core', 'stock', v=1)¦
        "#]],
    );
}

#[test]
fn functions_are_words() {
    check(
        "from {{ re$0",
        &expect![[r#"
            Function ref reads a model, seed or snapshot
                from {{ ref('¦
            Function source reads a table that is not dbt's
                from {{ source('¦
            Function target the target of profiles.yml that dbt runs with
                from {{ target¦
            Function return ends the macro with this value
                from {{ return(¦
            Function render renders a text as a template
                from {{ render(¦
            Function load_result the result of a statement
                from {{ load_result(¦
            Function store_result keeps the result of a statement
                from {{ store_result(¦
            Function store_raw_result keeps the result of a statement
                from {{ store_raw_result(¦
            Function write writes below the target folder
                from {{ write(¦
            Function try_or_compiler_error calls a function, with this message where it fails
                from {{ try_or_compiler_error(¦
            Value project_name the name of the root project
                from {{ project_name¦
            Function run_started_at when dbt started, in UTC
                from {{ run_started_at¦
            Value thread_id the thread that renders this
                from {{ thread_id¦
            Function selected_resources the ids of all that was selected
                from {{ selected_resources¦
            Value pre_hooks what runs before, in a materialization
                from {{ pre_hooks¦
            Value defer_relation the relation that is read in place of one that is not built
                from {{ defer_relation¦
            Value otel_trace_id the trace that this run belongs to
                from {{ otel_trace_id¦
            Function range numbers in a row
                from {{ range(¦
            Function refresh_materialized_view (relation)
                from {{ refresh_materialized_view(¦
            Function rename_relation (from_relation, to_relation)
                from {{ rename_relation(¦
            Function replace (field, old_chars, new_chars)
                from {{ replace(¦
            Function reset_csv_table (model, full_refresh, old_relation, agate_table)
                from {{ reset_csv_table(¦
            Function resolve_model_name (input_model_name)
                from {{ resolve_model_name(¦
            and more
        "#]],
    );
    check("{% re$0 %}", &expect![[""]]);
}

#[test]
fn a_call_that_is_there_keeps_its_parentheses() {
    check(
        "from {{ re$0f('a') }}",
        &expect![[r#"
            Function ref reads a model, seed or snapshot
                from {{ ref¦('a') }}
            Function source reads a table that is not dbt's
                from {{ source¦('a') }}
            Function target the target of profiles.yml that dbt runs with
                from {{ target¦('a') }}
            Function return ends the macro with this value
                from {{ return¦('a') }}
            Function render renders a text as a template
                from {{ render¦('a') }}
            Function load_result the result of a statement
                from {{ load_result¦('a') }}
            Function store_result keeps the result of a statement
                from {{ store_result¦('a') }}
            Function store_raw_result keeps the result of a statement
                from {{ store_raw_result¦('a') }}
            Function write writes below the target folder
                from {{ write¦('a') }}
            Function try_or_compiler_error calls a function, with this message where it fails
                from {{ try_or_compiler_error¦('a') }}
            Value project_name the name of the root project
                from {{ project_name¦('a') }}
            Function run_started_at when dbt started, in UTC
                from {{ run_started_at¦('a') }}
            Value thread_id the thread that renders this
                from {{ thread_id¦('a') }}
            Function selected_resources the ids of all that was selected
                from {{ selected_resources¦('a') }}
            Value pre_hooks what runs before, in a materialization
                from {{ pre_hooks¦('a') }}
            Value defer_relation the relation that is read in place of one that is not built
                from {{ defer_relation¦('a') }}
            Value otel_trace_id the trace that this run belongs to
                from {{ otel_trace_id¦('a') }}
            Function range numbers in a row
                from {{ range¦('a') }}
            Function refresh_materialized_view (relation)
                from {{ refresh_materialized_view¦('a') }}
            Function rename_relation (from_relation, to_relation)
                from {{ rename_relation¦('a') }}
            Function replace (field, old_chars, new_chars)
                from {{ replace¦('a') }}
            Function reset_csv_table (model, full_refresh, old_relation, agate_table)
                from {{ reset_csv_table¦('a') }}
            Function resolve_model_name (input_model_name)
                from {{ resolve_model_name¦('a') }}
            and more
        "#]],
    );
}

#[test]
fn outside_of_code_nothing_is_offered() {
    check("from re$0", &expect![[""]]);
    check("{# ref('$0') #}", &expect![[""]]);
    check("from {{ source('$0') }}", &expect![[""]]);
}

#[test]
fn python_models_read_too() {
    let python = |text: &str| mesh(&format!("//- models/a.py\n{text}"));
    check_complete(
        &python("def model(dbt, session):\n    x = dbt.ref(\"core\", $0\n    return x"),
        &expect![[r#"
            Model products public
                x = dbt.ref("core", "products")¦
            Model stock public · v2
                x = dbt.ref("core", "stock")¦
            Model costs private · dbt refuses it here
                x = dbt.ref("core", "costs")¦
            Model prices protected · dbt refuses it here
                x = dbt.ref("core", "prices")¦
        "#]],
    );
    check_complete(
        &python("def model(dbt, session):\n    x = dbt.r$0\n"),
        &expect![[r#"
            Function ref reads a model, seed or snapshot
                x = dbt.ref("¦
            Function source reads a table that is not dbt's
                x = dbt.source("¦
            Function config configures this file
                x = dbt.config(¦
        "#]],
    );
}

/// Every offer is put in and judged: what is offered as readable has no error, the rest has one.
#[track_caller]
fn check_offers(line: &str) {
    let groups = "//- models/g.yml\ngroups: [{name: finance}]";
    let fixture = Fixture::new(&mesh(&format!("{groups}\n//- models/a.sql\n{line}")));
    let (path, offset) = fixture.cursor.clone().unwrap();
    let items = ide::complete(&fixture.world, &path, offset).items;
    assert!(!items.is_empty(), "{line}");
    for item in items {
        if item.kind == CompletionKind::Project {
            continue;
        }
        let mut text = fixture.text(&path).to_owned();
        text.replace_range(item.replace.range(), &item.insert);
        let world = std::sync::Arc::new(fixture.world.apply(Change::FileInEditor {
            path: path.clone(),
            text: text.as_str().into(),
            version: 2,
        }));
        let is_refused = ide::diagnostics(&world, &path)
            .iter()
            .filter(|finding| finding.rule != RuleId::JinjaSyntax)
            .any(|finding| finding.severity == Severity::Error);
        let detail = item.detail.unwrap_or_default();
        assert_eq!(detail.contains("refuses"), is_refused, "{text}");
    }
}

#[test]
fn the_judge_agrees_with_every_offer() {
    check_offers("from {{ ref('$0");
    check_offers("from {{ ref($0) }}");
    check_offers("from {{ ref('core', '$0');");
    check_offers("from {{ ref('core', $0");
    check_offers("from {{ ref('core', 'stock', v=$0) }}");
    check_offers("{{ config(group='finance') }} from {{ ref('core', '$0') }}");
}

#[test]
fn what_packages_have_is_offered_too() {
    let mesh = |text: &str| {
        format!(
            "//- project shop\n//- models/a.sql\n{text}\n//- package utils\n//- models/days.sql\n"
        )
    };
    check_complete(
        &mesh("from {{ ref('ä$0') }}"),
        &expect![[r#"
        Model days utils · protected
            from {{ ref('days¦') }}
        Project shop project
            from {{ ref('shop', '¦') }}
        Project utils project
            from {{ ref('utils', '¦') }}
    "#]],
    );
    check_complete(
        &mesh("from {{ ref('utils', '$0') }}"),
        &expect![[r#"
        Model days protected
            from {{ ref('utils', 'days¦') }}
    "#]],
    );
}

#[test]
fn a_project_of_dependencies_is_offered_from_its_working_copy() {
    check_complete(
        "
//- project shop depends:core
//- models/a.sql
from {{ ref('core', '$0') }}
//- project core
//- models/open.sql access:public
//- models/inner.sql
",
        &expect![[r#"
            Model open public
                from {{ ref('core', 'open¦') }}
            Model inner protected · dbt refuses it here
                from {{ ref('core', 'inner¦') }}
        "#]],
    );
}
