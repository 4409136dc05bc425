//! Valid texts that between them use everything that the reader knows.

/// dbt files as people write them.
pub(super) const PROPERTY_FILES: &[&str] = &[
    r#"version: 2

# the models of the teddy shop
models:
  - name: orders
    description: "One row an order, see {{ doc('orders') }}."
    access: public
    group: sales
    config:
      materialized: table
      contract: {enforced: true}
      tags: [daily, "sales"]
    columns:
      - name: order_id
        data_type: int
        constraints:
          - type: not_null
        data_tests:
          - unique
          - relationships:
              arguments:
                to: ref('order_items')
                field: order_id
      - name: ordered_at
        data_type: timestamp
    versions:
      - v: 1
        deprecation_date: 2024-09-01
      - v: 2
        columns:
          - include: all
            exclude: [ordered_at]
    latest_version: 2

  - name: customers
    meta:
      owner: 'the bears'' club'
    description: >
      One row a customer.

      Bears are customers too.
"#,
    r"sources:
- name: shop
  schema: raw
  tables:
  - name: teddies
    columns:
    - name: id
      tests:
      - unique
      - not_null
  - name: bows
    freshness:
      warn_after:
        count: 12
        period: hour
groups:
- name: sales
  owner:
    name: Petra
    email: petra@example.com
",
    r"name: shop
version: '1.0'
config-version: 2
profile: shop
model-paths:
  - models
vars:
  start: 2020-01-01
models:
  shop:
    +materialized: view
    staging:
      +schema: staging
      +tags:
        - staging
on-run-end:
  - |
    grant select on {{ this }}
    to reader
",
];

/// Everything else.
pub(super) const CONSTRUCTS: &[&str] = &[
    "",
    "# only a comment\n",
    "---\na: 1\n...\n",
    "%YAML 1.1\n---\na: 1\n",
    "\u{feff}a: 1\n",
    "a: 1\r\nb:\r\n  - x\r\n  - |\r\n    l1\r\n    l2\r\nc: x\r\n  y\r\n",
    "- a\n- b\n",
    "- - a\n  - b\n- c\n-\n  - d\n",
    "- a: 1\n  b: 2\n-\n  c: 3\n- \n  d: 4\n-\n",
    "a:\n- b\n- c:\n  - d\n  - e\nf: g\n",
    "a:\n    b:\n      - c\n    d: e\n",
    "a: one\n  two\n\n  three # end\nb: 1\n",
    "a:\n  text below\n  its key\nb: c\n",
    "a: 'x'\nb: 'it''s\n\n  two lines'\nc: ''\n",
    "a: \"x\\n\\t\\x41\\u00e9\\\"\"\nb: \"one\n  two \\\n  three\"\nc: \"\"\n",
    "\"a b\": 1\n'c': 2\n\"d\" : 3\n",
    "a: |\n  one\n\n   two\n  three\nb: 1\n",
    "a: >\n  one\n  two\n\n  three\n    four\n    five\n  six\n\n\nb: 1\n",
    "a: |-\n  x\n\nb: >-\n  x\n  y\nc: |+\n  x\n\n\nd: >+\n  y\n\n",
    "a: |2\n   x\n  y\nb: >1-\n  x\n",
    "a: | # comment\n  x\nb: |\nc: |\n\n\nd: x\n",
    "- |\n x\n- >\n y\n",
    "a: {b: c, d: {e: [f, 'g,h']}, i: }\nj: []\nk: {}\n",
    "a: [\n  b,\n  c, # comment\n]\nd: {\n  e: f,\n  g: h\n}\n",
    "a: [b c\n  d, \"e\n  f\"]\n",
    "a: [b: c, d]\ne: {'f':g, h}\n",
    "a: &x\n  b: 1\nc: *x\nd: [&y z, *y]\n&k key: *x\n",
    "a: !!str 1\nb: !!map {c: d}\n",
    "? a\n: b\n? c\nd: e\n",
    "a: x#y\nb: x:y\nc: http://example.com/#top # comment\nd: -x\ne: ?x\nf: a [b] {c}\n",
    "a: b\n# comment\n  # comment\nc:\n  # comment\n  d\n",
    "  a: 1\n  b: 2\n",
    "ä: ö\nbear: 🧸 # ü\n",
    "just a text\n",
];

/// All of them.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    PROPERTY_FILES.iter().chain(CONSTRUCTS).copied()
}
