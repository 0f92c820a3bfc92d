-- every change leaves the state that the one before it entered, later than that; the last one is the state
with changes as (
    select
        *,
        lag(state) over (partition by customer_id order by changed_at nulls first) as left_state,
        lag(changed_at) over (partition by customer_id order by changed_at nulls first) as earlier_changed_at,
        row_number() over (partition by customer_id order by changed_at desc nulls last) as place
    from {{ ref('customer_lifecycle_changes') }}
)

select
    customers.customer_id,
    changes.changed_at
from {{ ref('dim_customers') }} as customers
left join changes on customers.customer_id = changes.customer_id
left join {{ ref('customer_lifecycle') }} as lifecycle on customers.customer_id = lifecycle.customer_id
where
    changes.customer_id is null
    or changes.previous_state is distinct from changes.left_state
    or changes.state = changes.previous_state
    or changes.changed_at <= changes.earlier_changed_at
    or (changes.place = 1 and changes.state is distinct from lifecycle.state)
