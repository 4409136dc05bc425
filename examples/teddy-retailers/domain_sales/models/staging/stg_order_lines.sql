select
    order_id,
    line_number,
    product_id,
    quantity
from {{ ref('raw_order_lines') }}
