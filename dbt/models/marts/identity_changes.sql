with earlier as (
    select * from {{ ref('stg_operations__identity_changes') }}
),

added as (
    select
        changes.change,
        changes.customer_id,
        changes.previous_customer_id,
        changes.reason,
        night.as_of as changed_at,
        night.run_id,
        {{ build_number() }} as build_number
    from {{ ref('int_customer_ids_changed') }} as changes
    cross join {{ ref('stg_operations__current_night') }} as night
)

select
    change,
    customer_id,
    previous_customer_id,
    reason,
    changed_at,
    run_id,
    build_number
from earlier
union all
select * from added
