//! `unknown-metric`: a metric or measure is named that nobody declares.

use super::unknown_function::missing;
use crate::ide::diagnostics::{Check, Draft, File, RefSite, Rule};
use crate::project::Function;
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::UnknownMetric,
    explanation: EXPLANATION,
    checks: &[Check::Reference(check)],
};

const EXPLANATION: &str = "\
A metric is named that neither the project nor one of its packages has: by a call of `metric`, by another
metric, a saved query or an exposure. The same holds for the measures that metrics are made of. dbt stops
when it parses. A measure with `create_metric: true` is a metric of that name, too.

Bad, where the measure is called `revenue`:

```yaml
metrics:
  - name: revenue_total
    label: Revenue
    type: simple
    type_params: {measure: revenu}
```

Good:

```yaml
    type_params: {measure: revenue}
```

See <https://docs.getdbt.com/docs/build/metrics-overview>.
";

fn check(file: &File<'_>, site: &RefSite<'_>) -> Option<Draft> {
    match site.reference.function {
        Function::Metric => missing(file, site, "metric"),
        Function::Measure => missing(file, site, "measure"),
        Function::Ref | Function::Source | Function::Doc | Function::Function => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn metrics_and_measures_that_are_there_are_left_alone() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select 1 as id
//- models/uses.sql
select {{ metric('web', 'visits') }} {{ metric('revenue') }}
{% if false %}{{ metric('nothing') }}{% endif %}
//- models/semantics.yml
semantic_models:
  - name: orders
    model: ref('orders')
    measures:
      - {name: revenue, agg: sum, create_metric: true}
      - {name: order_count, agg: count}
metrics:
  - name: orders_made
    label: Orders
    type: simple
    type_params: {measure: {name: order_count}}
  - name: order_value
    label: Value
    type: ratio
    type_params: {numerator: revenue, denominator: {name: orders_made}}
  - name: switched_off
    label: None of it
    type: simple
    config: {enabled: false}
    type_params: {measure: nothing}
saved_queries:
  - name: board
    query_params: {metrics: [revenue, order_value, visits]}
exposures:
  - name: page
    type: dashboard
    owner: {email: a@example.com}
    depends_on: [metric('order_value')]
//- package web
//- models/web.yml
metrics:
  - {name: visits, label: Visits, type: simple, type_params: {measure: hits}}
",
        );
    }

    #[test]
    fn those_that_are_not_there_are_told() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select 1 as id
//- models/uses.sql
select {{ metric('revenu') }} {{ metric('a', 'b', 'c') }}
--                ^^^^^^ error[unknown-metric]: no metric `revenu`; did you mean `revenue`?
--                               ^^^^^^^^^^^^^^^^^^^^^ error[invalid-ref]: `metric` takes a name, or a package and a name, not 3 arguments
//- models/semantics.yml
semantic_models:
  - name: orders
    model: ref('orders')
    measures:
      - {name: revenue, agg: sum, create_metric: true}
      - {name: order_count, agg: count}
metrics:
  - name: orders_made
    label: Orders
    type: simple
    type_params: {measure: order_cuont}
#                          ^^^^^^^^^^^ error[unknown-metric]: no measure `order_cuont`; did you mean `order_count`?
  - name: order_value
    label: Value
    type: derived
    type_params: {expr: a, metrics: [{name: revenue}, order_count]}
#                                                     ^^^^^^^^^^^ error[unknown-metric]: no metric `order_count`
saved_queries:
  - name: board
    query_params: {metrics: [order_value, order_vlaue]}
#                                         ^^^^^^^^^^^ error[unknown-metric]: no metric `order_vlaue`; did you mean `order_value`?
exposures:
  - name: page
    type: dashboard
    owner: {email: a@example.com}
    depends_on: [metric('visits')]
#                        ^^^^^^ error[unknown-metric]: no metric `visits`
",
        );
    }
}
