-- too small a segment takes nobody from another of its group
with members as (
    select
        segment,
        count(*) as customers
    from {{ ref('int_segment_members_permitted') }}
    group by 1
)

select
    segments.segment,
    coalesce(members.customers, 0) as customers,
    coalesce(members.customers, 0) >= segments.minimum_size as is_large_enough
from {{ ref('int_segments_defined') }} as segments
left join members on segments.segment = members.segment
