{#- the longest delay of a step, the longest time in which it expires, and a week in which it is told of -#}
{%- set days_back = 30 + 30 + 7 -%}
-- what put a customer into a campaign: a stay in a segment, an event, or the clock
with triggers as (
    select
        campaigns.campaign,
        stays.customer_id,
        stays.began_at,
        case when campaigns.ends_with_segment then stays.exited_at end as left_at
    from {{ ref('stg_operations__campaigns') }} as campaigns
    inner join {{ ref('int_campaign_stays_traced') }} as stays on campaigns.trigger_segment = stays.segment
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

-- by what it sent, a campaign was begun that may not begin anew so soon
begun as (
    select
        sent.campaign,
        sent.customer_id,
        sent.began_at,
        max({{ plus_hours('sent.sent_at', '24 * campaigns.again_after_days') }}) as again_at
    from {{ ref('int_messages_sent') }} as sent
    inner join {{ ref('stg_operations__campaigns') }} as campaigns on sent.campaign = campaigns.campaign
    where sent.status <> 'refused' and campaigns.again_after_days > 0
    group by 1, 2, 3
),

final as (
    select
        triggers.campaign,
        triggers.customer_id,
        triggers.began_at,
        case when count(*) = count(triggers.left_at) then max(triggers.left_at) end as left_at
    from triggers
    left join restricted on triggers.campaign = restricted.campaign
    left join begun
        on triggers.campaign = begun.campaign
        and triggers.customer_id = begun.customer_id
        and triggers.began_at > begun.began_at
        and triggers.began_at < begun.again_at
    where
        triggers.customer_id is not null
        and begun.customer_id is null
        and triggers.began_at > {{ add_days(as_of(), -days_back) }}
        and {{ is_in_audience('triggers', 'campaign', 'triggers') }}
    group by 1, 2, 3
)

select * from final
