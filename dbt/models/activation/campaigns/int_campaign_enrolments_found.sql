{#- the longest delay of a step, the longest time in which it expires, and a week in which it is told of -#}
{%- set days_back = 30 + 30 + 7 -%}
-- what put a customer into a campaign: a stay in a segment, an event, or the clock
with triggers as (
    select
        campaigns.campaign,
        stays.customer_id,
        stays.entered_at as began_at,
        case when campaigns.ends_with_segment then stays.exited_at end as left_at
    from {{ ref('stg_operations__campaigns') }} as campaigns
    inner join {{ ref('segment_history') }} as stays on campaigns.trigger_segment = stays.segment
    union all
    select
        campaigns.campaign,
        events.customer_id,
        events.occurred_at as began_at,
        cast(null as timestamp) as left_at
    from {{ ref('stg_operations__campaigns') }} as campaigns
    inner join {{ ref('fct_events') }} as events on campaigns.trigger_event = events.event_name
    union all
    select
        times.campaign,
        customers.customer_id,
        {{ plus_hours('days.day', 'times.hour') }} as began_at,
        cast(null as timestamp) as left_at
    from {{ ref('stg_operations__campaign_times') }} as times
    inner join {{ ref('int_days_around') }} as days on times.weekday = {{ weekday('days.day') }}
    cross join {{ ref('content_variables') }} as customers
    where customers.is_known
),

{{ audience_steps(ref('stg_operations__campaign_segments'), 'campaign') }},

final as (
    select distinct
        triggers.campaign,
        triggers.customer_id,
        triggers.began_at,
        triggers.left_at
    from triggers
    left join restricted on triggers.campaign = restricted.campaign
    where
        triggers.customer_id is not null
        and triggers.began_at > {{ add_days(as_of(), -days_back) }}
        and {{ is_in_audience('triggers', 'campaign', 'triggers') }}
)

select * from final
