select
    product_id,
    cast(list_price_cents / 100.0 as decimal(10, 2)) as price
from {{ ref('product_catalogue') }}
