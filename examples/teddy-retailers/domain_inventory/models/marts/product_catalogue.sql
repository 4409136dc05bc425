with products as (

    select * from {{ ref('stg_products') }}

),

categories as (

    select * from {{ ref('product_categories') }}

)

select
    products.product_id,
    products.product_name,
    categories.category_name,
    products.list_price_cents,
    products.offered_since
from products
inner join categories using (category_code)
where products.withdrawn_on is null
