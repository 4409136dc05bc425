with lines as (

    select * from {{ ref('stg_order_lines') }}

),

prices as (

    select * from {{ ref('domain_inventory', 'selling_prices', v=2) }}

)

select
    lines.order_id,
    lines.line_number,
    orders.ordered_on,
    lines.product_id,
    lines.quantity,
    lines.quantity * prices.price_cents as item_value_cents
from lines
inner join {{ ref('stg_orders') }} as orders using (order_id)
inner join prices using (product_id)
