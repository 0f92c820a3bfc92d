{%- set words = {'opens': 'open', 'clicks': 'click'} -%}
with {{ night_with_windows([30, 90]) }},

events as (
    select
        customer_id,
        case
            when event_name in ('delivered', 'delivery') then 'delivered'
            when event_name in ('open', 'opened') then 'open'
            when event_name in ('click', 'clicked') then 'click'
        end as event_name,
        campaign_kind,
        occurred_at
    from {{ ref('fct_email_events') }}
    where customer_id is not null
),

final as (
    select
        events.customer_id,
        {{ count_within(90, 'events.occurred_at', "events.event_name = 'delivered'") }}
            as emails_delivered_90_days,
        {%- for name, word in words.items() %}
        {%- set is_event = "events.event_name = '" ~ word ~ "'" %}
        {{ count_within(90, 'events.occurred_at', is_event) }} as email_{{ name }}_90_days,
        {{ count_within(90, 'events.occurred_at', is_event ~ ' and not ' ~ is_weekend('occurred_at')) }}
            as email_{{ name }}_weekday_90_days,
        {{ count_within(90, 'events.occurred_at', is_event ~ ' and ' ~ is_weekend('occurred_at')) }}
            as email_{{ name }}_weekend_90_days,
        {{ count_within(30, 'events.occurred_at', is_event) }} as email_{{ name }}_30_days,
        {{ count_within(30, 'events.occurred_at', is_event ~ " and events.campaign_kind = 'promotional'") }}
            as promotional_email_{{ name }}_30_days,
        {%- endfor %}
        max(events.occurred_at) filter (where events.event_name = 'open') as last_email_opened_at,
        max(events.occurred_at) filter (where events.event_name = 'click') as last_email_clicked_at
    from events
    cross join night
    where events.event_name is not null
    group by events.customer_id
)

select * from final
