select
    orders.order_id,
    orders.customer_id,
    orders.ordered_on,
    cast(count(*) as integer) as item_count,
    cast(sum(items.item_value_cents) as bigint) as total_value_cents
from {{ ref('stg_orders') }} as orders
inner join {{ ref('order_items') }} as items using (order_id)
group by orders.order_id, orders.customer_id, orders.ordered_on
