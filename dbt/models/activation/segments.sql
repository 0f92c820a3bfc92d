with sizes as (
    select
        segment,
        count(*) as customers
    from {{ ref('int_segment_members_settled') }}
    where outcome <> 'outranked in its group'
    group by segment
)

select
    segments.segment,
    segments.label,
    segments.description,
    segments.priority,
    segments.exclusive_group,
    segments.minimum_size,
    segments.content_strategy,
    cast(coalesce(sizes.customers, 0) as integer) as customers,
    coalesce(sizes.customers, 0) >= segments.minimum_size as is_published,
    night.started_at as computed_at,
    night.run_id
from {{ ref('int_segments_defined') }} as segments
left join sizes on segments.segment = sizes.segment
cross join {{ ref('stg_operations__current_night') }} as night
