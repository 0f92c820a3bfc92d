-- what comes of each condition met: too small a segment takes nobody from another of its group, and one that
-- its group leaves too small is not published either
with members as (
    select
        members.customer_id,
        members.segment,
        members.entered_at,
        segments.priority,
        segments.exclusive_group,
        segments.minimum_size,
        count(*) over (partition by members.segment) >= segments.minimum_size as is_large_enough
    from {{ ref('int_segment_members_unioned') }} as members
    inner join {{ ref('int_segments_defined') }} as segments on members.segment = segments.segment
),

ranked as (
    select
        *,
        exclusive_group is not null and is_large_enough and row_number() over (
            partition by customer_id, exclusive_group, is_large_enough order by priority, segment
        ) > 1 as is_outranked
    from members
),

sized as (
    select
        *,
        count(case when not is_outranked then 1 end) over (partition by segment)
        >= minimum_size as is_publishable
    from ranked
)

select
    customer_id,
    segment,
    priority,
    case
        when is_outranked then 'outranked in its group'
        when is_publishable then 'kept'
        else 'below minimum size'
    end as outcome,
    entered_at
from sized
