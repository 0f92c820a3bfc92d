select
    interests.customer_id,
    coalesce(interests.category, products.category, 'unknown') as category,
    -- digits that doubles do not have are cut, lest a share be a trifle above 1
    least({{ exact_sum('interests.interest', decimals=15) }}, 1) as interest
from {{ ref('int_interests_accumulated') }} as interests
left join {{ ref('dim_products') }} as products on interests.product_id = products.product_id
group by 1, 2
