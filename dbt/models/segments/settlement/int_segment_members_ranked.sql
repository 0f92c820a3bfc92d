select
    members.customer_id,
    members.segment,
    segments.priority,
    segments.exclusive_group is not null and counted.is_large_enough and row_number() over (
        partition by members.customer_id, segments.exclusive_group, counted.is_large_enough
        order by segments.priority, members.segment
    ) > 1 as is_outranked,
    members.entered_at
from {{ ref('int_segment_members_permitted') }} as members
inner join {{ ref('int_segments_defined') }} as segments on members.segment = segments.segment
inner join {{ ref('int_segments_counted') }} as counted on members.segment = counted.segment
