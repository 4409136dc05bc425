select
    orders.order_id,
    orders.customer_id,
    orders.ordered_on,
    orders.total_value_cents as revenue_cents,
    cast(round(costs.cost_cents) as bigint) as cost_cents,
    cast(orders.total_value_cents - round(costs.cost_cents) as bigint) as profit_cents
from {{ ref('domain_sales', 'order_summaries') }} as orders
left join {{ ref('int_order_costs') }} as costs using (order_id)
