//! Versions and their ends.

use crate::fixture::check_diagnostics;

const VERSIONS: &str = "
//- manifest core
//- models/prices_v1.sql
select 1
//- models/prices_v2.sql
select 1
//- models/prices_v3.sql
select 1
//- models/plain.sql access:public
select 1
//- models/_models.yml
models:
  - name: prices
    latest_version: 2
    config: {access: public}
    versions: [{v: 1, deprecation_date: 2020-01-01}, {v: 2}, {v: 3, deprecation_date: 2099-01-01}]
";

#[test]
fn versions_that_are_there_are_silent() {
    check_diagnostics(&format!(
        "
//- project shop needs:core
//- models/orders.sql
select * from {{{{ ref('core', 'prices', v=2) }}}} join {{{{ ref('core', 'prices', version='2') }}}}
join {{{{ ref('core', 'plain') }}}} join {{{{ ref('core', 'plain', v=0) }}}}
{VERSIONS}"
    ));
}

#[test]
fn a_missing_version_is_told_with_those_that_are_there() {
    check_diagnostics(&format!(
        "
//- project shop needs:core
//- models/orders.sql
select * from {{{{ ref('core', 'prices', v=4) }}}}
--                                     ^^^ error[unknown-version]: `prices` in `core` has no version `4`; it has 1, 2 (latest), 3
join {{{{ ref('core', 'prices', v=2.0) }}}} join {{{{ ref('core', 'plain', v=1) }}}}
--                            ^^^^^ error[unknown-version]: `prices` in `core` has no version `2.0`; it has 1, 2 (latest), 3
--                                                                   ^^^ error[unknown-version]: `plain` in `core` has no versions
join {{{{ ref('core', 'prices_v2') }}}}
--                   ^^^^^^^^^ error[unknown-model]: `core` has no model `prices_v2`; did you mean `prices`?
{VERSIONS}"
    ).replace("{{{{", "{{"));
}

#[test]
fn deprecated_versions_are_told_to_models_and_to_nobody_else() {
    check_diagnostics(&format!(
        "
//- project shop needs:core
//- models/orders.sql
select * from {{{{ ref('core', 'prices', v=1) }}}}
--                                     ^^^ warning[deprecated-ref]: `prices.v1` was deprecated on 2020-01-01; version 2 is the latest
join {{{{ ref('core', 'prices', v=3) }}}}
--                            ^^^ warning[upcoming-deprecation]: `prices.v3` will be deprecated on 2099-01-01; version 2 is the latest
//- tests/prices.sql
select * from {{{{ ref('core', 'prices', v=1) }}}}
//- macros/reads.sql
{{% test reads(model, other) %}}select 1{{% endtest %}}
//- models/lines.sql
select 1
//- models/_models.yml
models:
  - name: lines
    data_tests:
      - reads:
          arguments:
            other: ref('core', 'prices', v=1)
      - reads:
          arguments:
            other: ref('core', 'prices', v=3)
{VERSIONS}"
    ));
}

#[test]
fn a_ref_without_a_version_will_move() {
    check_diagnostics(&format!(
        "
//- project shop needs:core
//- models/orders.sql
select * from {{{{ ref('core', 'prices') }}}}
--                            ^^^^^^ hint[unpinned-version]: reads version 2 of `prices`, and will read 3 once that becomes the latest
{VERSIONS}"
    ));
}

#[test]
fn a_property_file_whose_versions_do_not_fit_is_told() {
    check_diagnostics(
        "
//- project shop
//- models/prices_v1.sql
select 1
//- models/prices.sql
select 1
//- models/_models.yml
models:
  - name: prices
    latest_version: 2
    versions: [{v: 1}, {v: 2}, {v: 3}]
#                                  ^ warning[unknown-version]: version 3 of `prices` has no file: dbt looks for `prices_v3`
  - name: other
    latest_version: 9
#                   ^ error[unknown-version]: the latest version is one of 1, not `9`
    versions: [{v: 1, defined_in: other}]
  - name: plain
    latest_version: 1
#                   ^ error[unknown-version]: the model has no `versions`, of which this could be the latest
  - name: texts
    latest_version: '1'
#                   ^^^ error[unknown-version]: a number is no text for dbt: `latest_version` and the version `1` are written alike
    versions: [{v: 1, defined_in: texts}]
  - name: more_texts
    latest_version: '1'
    versions: [{v: '1', defined_in: more_texts}]
  - name: numbers
    latest_version: 1.0
    versions: [{v: 1, defined_in: numbers}]
  - name: nought
    latest_version: 0
//- models/other.sql
select 1
//- models/plain.sql
select 1
//- models/nought.sql
select 1
//- models/texts.sql
select 1
//- models/more_texts.sql
select 1
//- models/numbers.sql
select 1
",
    );
}

#[test]
fn a_model_past_its_date_is_told_in_its_own_project() {
    check_diagnostics(
        "
//- project shop
//- models/a.sql
select 1
//- models/b.sql
select 1
//- models/_models.yml
models:
  - name: a
    deprecation_date: 2020-01-01
#                     ^^^^^^^^^^ warning[deprecated-model]: `a` passed its deprecation date; take it away or switch it off
  - name: b
    deprecation_date: 2099-01-01
",
    );
}
