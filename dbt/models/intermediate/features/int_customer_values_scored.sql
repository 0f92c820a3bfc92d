-- buyers are compared with buyers, and known ones with known ones: each guest order is a buyer of its own; of
-- all features these alone look across customers
with buyers as (
    select
        orders.customer_id,
        orders.order_count,
        orders.total_revenue,
        customers.is_known,
        cast({{ days_between('orders.last_ordered_at', as_of()) }} as integer) as recency_days
    from {{ ref('int_customer_orders_summed') }} as orders
    inner join {{ ref('dim_customers') }} as customers on orders.customer_id = customers.customer_id
    where orders.order_count > 0
),

final as (
    select
        customer_id,
        {{ quintile_score('is_known', 'recency_days desc') }} as recency_score,
        {{ quintile_score('is_known', 'order_count') }} as frequency_score,
        {{ quintile_score('is_known', 'total_revenue') }} as monetary_score
    from buyers
)

select * from final
