select
    members.customer_id,
    members.segment,
    members.priority,
    case
        when members.is_outranked then 'outranked in its group'
        when sized.is_publishable then 'kept'
        else 'below minimum size'
    end as outcome,
    members.entered_at
from {{ ref('int_segment_members_ranked') }} as members
inner join {{ ref('int_segments_sized') }} as sized on members.segment = sized.segment
