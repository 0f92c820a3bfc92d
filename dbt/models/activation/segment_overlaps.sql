with sizes as (
    select
        segment,
        count(*) as customers
    from {{ ref('segment_memberships') }}
    group by segment
),

pairs as (
    select
        memberships.segment,
        others.segment as other_segment,
        count(*) as customers
    from {{ ref('segment_memberships') }} as memberships
    inner join {{ ref('segment_memberships') }} as others on memberships.customer_id = others.customer_id
    where memberships.segment <> others.segment
    group by memberships.segment, others.segment
)

select
    pairs.segment,
    pairs.other_segment,
    cast(pairs.customers as integer) as customers,
    pairs.customers / cast(sizes.customers as double) as share,
    pairs.customers / cast(sizes.customers + other_sizes.customers - pairs.customers as double) as jaccard,
    night.started_at as computed_at,
    night.run_id
from pairs
inner join sizes on pairs.segment = sizes.segment
inner join sizes as other_sizes on pairs.other_segment = other_sizes.segment
cross join {{ ref('stg_operations__current_night') }} as night
