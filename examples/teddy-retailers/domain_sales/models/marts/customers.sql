with spending as (

    select
        customer_id,
        count(*) as order_count,
        sum(total_value_cents) as lifetime_value_cents
    from {{ ref('order_summaries') }}
    group by customer_id

)

select
    customers.customer_id,
    customers.customer_name,
    customers.town,
    customers.customer_since,
    cast(coalesce(spending.order_count, 0) as integer) as order_count,
    cast(coalesce(spending.lifetime_value_cents, 0) as bigint) as lifetime_value_cents
from {{ ref('stg_customers') }} as customers
left join spending using (customer_id)
