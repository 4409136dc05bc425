-- A deliberate mistake: domain_inventory publishes versions 1 and 2 of selling_prices.
-- dbt refuses this; v=2 is the latest.
select
    product_id,
    price_cents,
    currency
from {{ ref('domain_inventory', 'selling_prices', v=3) }}
