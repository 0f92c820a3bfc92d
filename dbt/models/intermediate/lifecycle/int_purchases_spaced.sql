{%- set limits = lifecycle_limits() -%}
-- orders of one instant are one purchase of several orders: of those the last in line sees all before it
with orders as (
    select
        customer_id,
        ordered_at,
        lag(ordered_at, {{ limits.loyal_orders - 1 }}) over (
            partition by customer_id order by ordered_at
        ) as first_of_loyal_at,
        lead(ordered_at) over (partition by customer_id order by ordered_at) as following_at
    from {{ ref('fct_orders') }}
    where not is_return
),

purchases as (
    select
        customer_id,
        ordered_at as bought_at,
        {{ add_days('first_of_loyal_at', limits.loyal_days) }} as loyal_until,
        lag(ordered_at) over (partition by customer_id order by ordered_at) as previous_bought_at,
        following_at as next_bought_at
    from orders
    where following_at is distinct from ordered_at
)

select
    customer_id,
    bought_at,
    next_bought_at,
    loyal_until,
    previous_bought_at is null as is_first,
    coalesce({{ add_days('previous_bought_at', limits.at_risk_days) }} < bought_at, false) as is_after_silence
from purchases
