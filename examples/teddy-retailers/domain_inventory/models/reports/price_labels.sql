-- A deliberate mistake: version 1 of selling_prices was given up on 2025-06-30.
-- dbt builds this and warns; version 2 is the one to read.
select
    product_id,
    price || ' euros' as label
from {{ ref('selling_prices', v=1) }}
