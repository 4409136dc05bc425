select order_id
from {{ ref('order_profit_and_loss') }}
where profit_cents <> revenue_cents - cost_cents
