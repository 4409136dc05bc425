select delivery_id
from {{ ref('stg_deliveries') }}
where quantity <= 0
