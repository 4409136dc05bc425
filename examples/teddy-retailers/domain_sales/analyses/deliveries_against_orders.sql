-- A deliberate mistake: int_deliveries_by_month is protected in domain_inventory.
-- dbt refuses this; stock_by_month is the public model to read.
select
    items.product_id,
    sum(items.quantity) as pieces_sold,
    max(deliveries.quantity_acquired) as best_month
from {{ ref('order_items') }} as items
left join {{ ref('domain_inventory', 'int_deliveries_by_month') }} as deliveries
    using (product_id)
group by items.product_id
