//! selectors.yml, all of which dbt reads whatever it is asked to do.

use crate::fixture::check_diagnostics;

#[test]
fn selectors_that_dbt_takes_are_silent() {
    check_diagnostics(
        "
//- project shop
//- selectors.yml
version: 2
selectors:
  - name: nightly
    description: What runs at night.
    default: true
    definition:
      union:
        - intersection:
            - '@source:snowplow'
            - tag:nightly
        - models/export
        - \"{{ env_var('MORE', 'tag:more') }}\"
        - exclude:
            - intersection: ['@source:snowplow', '2+orders+1']
            - method: config.materialized
              value: incremental
  - {name: one, definition: 'tag:one'}
  - {name: one, definition: {tag: one}}
  - name: around
    definition:
      method: selector
      value: nightly
      children: true
      parents: true
      parents_depth: 2
      indirect_selection: cautious
      exclude: [{method: tag, value: off}]
//- project empty
//- selectors.yml
# nothing yet
",
    );
}

#[test]
fn selectors_for_which_dbt_stops_are_told() {
    check_diagnostics(
        "
//- project shop
//- selectors.yml
selectors:
  - name: a
    default: true
    definition: taag:nightly
#               ^^^^^^^^^^^^ error[invalid-value]: dbt selects by no method `taag`; did you mean `tag`?
  - name: b
    default: true
#   ^^^^^^^ error[invalid-value]: another selector is the default; dbt takes one only
    definition: {materialized: view}
#                ^^^^^^^^^^^^ error[invalid-value]: dbt selects by no method `materialized`
  - name: c
#   ^^^^ error[invalid-value]: a selector needs `definition`
    defnition: tag:c
#   ^^^^^^^^^ error[unknown-key]: a selector has no key `defnition`; did you mean `definition`?
  - name: d
    definition:
      union: [tag:a]
      exclude: [tag:b]
#     ^^^^^^^ error[invalid-value]: `exclude` stands beside a set; a definition is one set and nothing else
  - name: e
    definition:
      union:
        - exclude: [tag:a]
        - exclude: tag:b
#         ^^^^^^^ error[invalid-value]: `exclude` is a list of definitions
#         ^^^^^^^ error[invalid-value]: a second `exclude` in one set; dbt takes one only
        - 5
#         ^ error[invalid-value]: a definition is a text or a mapping
  - name: f
    definition: [tag:a]
#               ^^^^^^^ error[invalid-value]: `definition` is a text or a mapping, not a list
  - name: g
    definition: {method: tag, values: a}
#                ^^^^^^ error[invalid-value]: `method` needs `value` beside it
  - name: h
    definition: {method: tag, value: a, indirect_selection: careful}
#                                                           ^^^^^^^ error[invalid-value]: `indirect_selection` is `eager`, `cautious`, `buildable` or `empty`
  - name: i
    definition: '@orders+'
#                ^^^^^^^^ error[invalid-value]: `@` and a `+` at the end do not go together
",
    );
}
