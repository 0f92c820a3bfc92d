select
    interests.customer_id,
    coalesce(interests.category, products.category, 'unknown') as category,
    {{ exact_sum('interests.interest', decimals=18) }} as interest
from {{ ref('int_interests_accumulated') }} as interests
left join {{ ref('dim_products') }} as products on interests.product_id = products.product_id
group by 1, 2
