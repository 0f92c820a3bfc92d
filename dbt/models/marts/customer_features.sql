with orders as (
    select
        customer_id,
        cast(count(*) filter (where not is_return) as integer) as order_count,
        round(coalesce({{ exact_sum('net_amount_in_base_currency') }}, 0), 2) as total_revenue,
        min(ordered_at) filter (where not is_return) as first_ordered_at,
        max(ordered_at) filter (where not is_return) as last_ordered_at
    from {{ ref('fct_orders') }}
    group by 1
),

customers as (
    select
        customer_id,
        is_known
    from {{ ref('dim_customers') }}
),

buyers as (
    select
        orders.*,
        customers.is_known,
        cast({{ days_between('orders.last_ordered_at', as_of()) }} as integer) as recency_days
    from orders
    inner join customers on orders.customer_id = customers.customer_id
    where orders.order_count > 0
),

-- buyers are compared with buyers, and known ones with known ones: each guest order is a buyer of its own
scored as (
    select
        *,
        {{ quintile_score('is_known', 'recency_days desc') }} as recency_score,
        {{ quintile_score('is_known', 'order_count') }} as frequency_score,
        {{ quintile_score('is_known', 'total_revenue') }} as monetary_score
    from buyers
)

select
    customers.customer_id,
    {{ as_of() }} as as_of,
    scored.recency_days,
    coalesce(orders.order_count, 0) as order_count,
    coalesce(orders.total_revenue, 0) as total_revenue,
    round(scored.total_revenue / scored.order_count, 2) as average_order_value,
    scored.recency_score,
    scored.frequency_score,
    scored.monetary_score,
    scored.first_ordered_at,
    scored.last_ordered_at
from customers
left join orders on customers.customer_id = orders.customer_id
left join scored on customers.customer_id = scored.customer_id
