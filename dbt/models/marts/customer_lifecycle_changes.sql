with purchases as (
    select * from {{ ref('int_lifecycle_steps_timed') }}
),

first_purchases as (
    select
        customer_id,
        min(changed_at) as bought_at
    from purchases
    group by 1
),

steps as (
    select
        customer_id,
        state,
        reason,
        changed_at
    from purchases
    union all
    select
        customers.customer_id,
        'visitor' as state,
        'first seen' as reason,
        customers.first_seen_at as changed_at
    from {{ ref('dim_customers') }} as customers
    left join first_purchases on customers.customer_id = first_purchases.customer_id
    where first_purchases.bought_at is null or customers.first_seen_at < first_purchases.bought_at
),

-- a purchase that leaves a customer as they were is a step, but no change
compared as (
    select
        *,
        lag(state) over (partition by customer_id order by changed_at nulls first) as previous_state
    from steps
)

select
    customer_id,
    state,
    previous_state,
    changed_at,
    reason
from compared
where state is distinct from previous_state
