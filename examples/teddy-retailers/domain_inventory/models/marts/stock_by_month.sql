select
    product_id,
    stock_month,
    cast(quantity_acquired as bigint) as quantity_acquired,
    cast(paid_cents / quantity_acquired as decimal(12, 2)) as average_purchase_price_cents
from {{ ref('int_deliveries_by_month') }}
