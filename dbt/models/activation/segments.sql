select
    segments.segment,
    segments.label,
    segments.description,
    segments.priority,
    segments.exclusive_group,
    segments.minimum_size,
    segments.content_strategy,
    cast(sizes.customers as integer) as customers,
    sizes.is_publishable as is_published,
    night.started_at as computed_at,
    night.run_id
from {{ ref('int_segments_defined') }} as segments
inner join {{ ref('int_segments_sized') }} as sizes on segments.segment = sizes.segment
cross join {{ ref('stg_operations__current_night') }} as night
