-- what the last purchases say of a customer's state without its history
{%- set limits = lifecycle_limits() %}
with purchases as (
    select
        customer_id,
        max(ordered_at) as last_ordered_at,
        count(*) filter (
            where ordered_at > {{ add_days(as_of(), -limits.loyal_days) }}
        ) as orders_in_loyal_days
    from {{ ref('fct_orders') }}
    where not is_return
    group by 1
),

expected as (
    select
        lifecycle.customer_id,
        lifecycle.state,
        case
            when purchases.customer_id is null then 'visitor'
            when purchases.last_ordered_at <= {{ add_days(as_of(), -limits.lapsed_days) }} then 'lapsed'
            when purchases.last_ordered_at <= {{ add_days(as_of(), -limits.at_risk_days) }} then 'at_risk'
            when lifecycle.state in ('new', 'returned') then lifecycle.state
            when purchases.orders_in_loyal_days >= {{ limits.loyal_orders }} then 'loyal'
            else 'active'
        end as expected_state,
        {{ add_days('purchases.last_ordered_at', limits.new_days) }} as trial_ends_at
    from {{ ref('customer_lifecycle') }} as lifecycle
    left join purchases on lifecycle.customer_id = purchases.customer_id
)

select
    customer_id,
    state
from expected
where state <> expected_state or (state in ('new', 'returned') and trial_ends_at <= {{ as_of() }})
