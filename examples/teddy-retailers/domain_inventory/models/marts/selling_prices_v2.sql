select
    product_id,
    list_price_cents as price_cents,
    'EUR' as currency
from {{ ref('product_catalogue') }}
