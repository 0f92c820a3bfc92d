-- a segment that its group leaves too small is not published either
with kept as (
    select
        segment,
        count(*) as customers
    from {{ ref('int_segment_members_ranked') }}
    where not is_outranked
    group by 1
)

select
    segments.segment,
    coalesce(kept.customers, 0) as customers,
    coalesce(kept.customers, 0) >= segments.minimum_size as is_publishable
from {{ ref('int_segments_defined') }} as segments
left join kept on segments.segment = kept.segment
