select
    customers.customer_id,
    visits.intent,
    visits.device_type,
    visits.weather,
    visits.temperature,
    visits.holiday,
    listed.recent_category,
    listed.viewed_products,
    listed.cart_products
from {{ ref('dim_customers') }} as customers
inner join {{ ref('int_customer_visits_latest') }} as visits on customers.customer_id = visits.customer_id
left join {{ ref('int_customer_products_listed') }} as listed on customers.customer_id = listed.customer_id
