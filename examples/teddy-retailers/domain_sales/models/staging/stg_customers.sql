select
    customer_id,
    customer_name,
    lower(town) as town,
    customer_since
from {{ ref('raw_customers') }}
