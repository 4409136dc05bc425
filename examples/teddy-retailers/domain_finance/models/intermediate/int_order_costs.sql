select
    items.order_id,
    sum(items.quantity * stock.average_purchase_price_cents) as cost_cents
from {{ ref('domain_sales', 'order_items') }} as items
left join {{ ref('domain_inventory', 'stock_by_month') }} as stock
    on stock.product_id = items.product_id
    and stock.stock_month = date_trunc('month', items.ordered_on)
group by items.order_id
