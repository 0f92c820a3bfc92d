-- few distinct texts say what is wrong with millions of events: counted first, taken apart after
with counted as (
    select
        feed,
        event_name,
        tracking_plan_finding,
        count(*) as events,
        min(occurred_at) as first_seen_at,
        max(occurred_at) as last_seen_at
    from {{ ref('fct_events') }}
    where tracking_plan_finding is not null
    group by 1, 2, 3
),

single as (
    select
        feed,
        event_name,
        {{ array_elements(split_text('tracking_plan_finding', '; ')) }} as finding,
        events,
        first_seen_at,
        last_seen_at
    from counted
)

select
    event_name,
    split_part(finding, ' ', 1) as finding,
    nullif(substr(finding, length(split_part(finding, ' ', 1)) + 2), '') as parameter,
    feed,
    cast(sum(events) as bigint) as events,
    min(first_seen_at) as first_seen_at,
    max(last_seen_at) as last_seen_at
from single
group by 1, 2, 3, 4
