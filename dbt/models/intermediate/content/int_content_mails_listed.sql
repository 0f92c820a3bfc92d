with events as (
    select
        *,
        {{ hashed_id(['feed', 'campaign_id', 'message_id', 'customer_id']) }} as message,
        lower(split_part(campaign_id, ':', 1)) as campaign_word
    from {{ ref('fct_email_events') }}
    where event_name in ('sent', 'delivered', 'bounce', 'click')
),

-- a tool that reports deliveries has not delivered what it only reports as sent
reporting as (
    select distinct feed
    from events
    where event_name = 'delivered'
),

bounced as (
    select distinct message
    from events
    where event_name = 'bounce'
),

campaigns as (
    select
        campaign,
        case when min(template) = max(template) then min(template) end as only_template
    from {{ ref('stg_operations__campaign_steps') }}
    group by 1
),

reported as (
    select
        events.event_id,
        'email' as channel,
        events.feed,
        events.customer_id as shown_to,
        events.message_id,
        coalesce(campaigns.campaign, events.campaign_id) as campaign,
        case
            when campaigns.campaign is not null
                then coalesce(nullif(split_part(events.campaign_id, ':', 2), ''), campaigns.only_template)
        end as template,
        case
            when campaigns.campaign is not null then nullif(split_part(events.campaign_id, ':', 3), '')
        end as variant_id,
        events.event_name = 'click' as is_click,
        events.occurred_at
    from events
    left join campaigns on events.campaign_word = campaigns.campaign
    where
        events.event_name in ('delivered', 'click')
        or (
            events.event_name = 'sent'
            and events.feed not in (select reporting.feed from reporting)
            and events.message not in (select bounced.message from bounced)
        )
),

-- what Kindred sent itself, unless a tool reports on the same
sent as (
    select
        messages.message_id as event_id,
        'email' as channel,
        'kindred' as feed,
        coalesce(aliases.current_customer_id, messages.customer_id) as shown_to,
        messages.message_id,
        messages.campaign,
        messages.template,
        messages.variant_id,
        false as is_click,
        messages.sent_at as occurred_at
    from {{ ref('stg_operations__sent_messages') }} as messages
    left join {{ ref('int_customer_ids_redirected') }} as aliases
        on messages.customer_id = aliases.customer_id
    where messages.status = 'sent'
),

final as (
    select * from reported
    union all
    select sent.*
    from sent
    where not exists (
        select 1
        from reported
        where
            sent.shown_to = reported.shown_to
            and sent.campaign = reported.campaign
            and reported.occurred_at >= {{ add_days('sent.occurred_at', -1) }}
            and reported.occurred_at <= {{ add_days('sent.occurred_at', 1) }}
    )
)

select * from final
