{{ config(materialized='table') }}
{%- set alike = ['channel', 'feed', 'shown_to', 'campaign', 'template', 'variant_id', 'message_id'] -%}
with events as (
    select * from {{ ref('int_content_mails_listed') }}
    union all
    select * from {{ ref('int_content_promotions_listed') }}
),

keyed as (
    select
        *,
        {{ hashed_id(alike) }} as content_key
    from events
),

spaced as (
    select
        *,
        max(case when not is_click then occurred_at end) over (
            partition by content_key order by occurred_at, is_click, event_id
            rows between unbounded preceding and 1 preceding
        ) as last_shown_at
    from keyed
),

-- tools report one delivery twice, and call every week's message of a campaign by one number
begun as (
    select
        *,
        not is_click and (
            channel = 'site' or last_shown_at is null or last_shown_at < {{ add_days('occurred_at', -1) }}
        ) as is_beginning
    from spaced
),

-- a click that nothing was shown before belongs to what came after it, or tells of what was not reported
numbered as (
    select
        *,
        greatest(1, sum(case when is_beginning then 1 else 0 end) over (
            partition by content_key order by occurred_at, is_click, event_id
            rows between unbounded preceding and current row
        )) as number
    from begun
),

-- named by an event: what breaks ties further on must not depend on who a customer turns out to be
final as (
    select
        event_id,
        min(event_id) over (partition by content_key, number) as showing_id,
        channel,
        shown_to,
        campaign,
        template,
        variant_id,
        is_click,
        min(occurred_at) over (partition by content_key, number) as shown_at,
        occurred_at
    from numbered
)

select * from final
