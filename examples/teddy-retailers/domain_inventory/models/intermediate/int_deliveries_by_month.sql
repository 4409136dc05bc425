select
    product_id,
    stock_month,
    sum(quantity) as quantity_acquired,
    sum(quantity * unit_price_cents) as paid_cents
from {{ ref('stg_deliveries') }}
group by product_id, stock_month
