select
    members.customer_id,
    members.segment,
    row_number() over (
        partition by members.customer_id order by members.priority, members.segment
    ) = 1 as is_primary,
    members.entered_at,
    night.started_at as computed_at,
    night.run_id
from {{ ref('int_segment_members_settled') }} as members
cross join {{ ref('stg_operations__current_night') }} as night
where members.outcome = 'kept'
