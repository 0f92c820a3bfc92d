with changes as (
    select
        *,
        row_number() over (partition by customer_id order by changed_at desc nulls last) as place
    from {{ ref('customer_lifecycle_changes') }}
)

select
    customer_id,
    state,
    previous_state,
    changed_at,
    reason
from changes
where place = 1
