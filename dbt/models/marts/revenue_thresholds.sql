select min(orders.total_revenue) as top_fifth_revenue
from {{ ref('int_customer_orders_summed') }} as orders
inner join {{ ref('int_customer_values_scored') }} as scores on orders.customer_id = scores.customer_id
inner join {{ ref('dim_customers') }} as customers on orders.customer_id = customers.customer_id
where customers.is_known and scores.monetary_score = 5 and orders.total_revenue > 0
