select
    delivery_id,
    product_id,
    arrived_on,
    {{ month_of('arrived_on') }} as stock_month,
    quantity,
    unit_price_cents
from {{ ref('raw_deliveries') }}
