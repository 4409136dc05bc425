select
    product_id,
    trim(product_name) as product_name,
    category_code,
    list_price_cents,
    offered_since,
    withdrawn_on
from {{ ref('raw_products') }}
