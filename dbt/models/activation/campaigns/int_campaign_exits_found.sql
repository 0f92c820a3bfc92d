-- what first ended a campaign for a customer, up to the night
with enrolments as (
    select * from {{ ref('int_campaign_enrolments_found') }}
),

purchases as (
    {{ purchases() }}
),

-- who unsubscribes does so in an e-mail, not on a page
events as (
    select
        customer_id,
        event_name,
        occurred_at
    from {{ ref('fct_events') }}
    union all
    select
        customer_id,
        event_name,
        occurred_at
    from {{ ref('fct_email_events') }}
),

endings as (
    select
        enrolments.campaign,
        enrolments.customer_id,
        enrolments.began_at,
        purchases.purchased_at as ended_at,
        'bought' as reason
    from enrolments
    inner join {{ ref('stg_operations__campaigns') }} as campaigns
        on enrolments.campaign = campaigns.campaign and campaigns.ends_with_purchase
    inner join purchases
        on enrolments.customer_id = purchases.customer_id and enrolments.began_at < purchases.purchased_at
    union all
    select
        enrolments.campaign,
        enrolments.customer_id,
        enrolments.began_at,
        events.occurred_at as ended_at,
        replace(events.event_name, '_', ' ') as reason
    from enrolments
    inner join {{ ref('stg_operations__campaign_exits') }} as exits on enrolments.campaign = exits.campaign
    inner join events
        on enrolments.customer_id = events.customer_id
        and exits.event_name = events.event_name
        and enrolments.began_at < events.occurred_at
    union all
    select
        campaign,
        customer_id,
        began_at,
        left_at as ended_at,
        'left the segment' as reason
    from enrolments
    where left_at is not null
),

final as (
    select
        campaign,
        customer_id,
        began_at,
        min(ended_at) as ended_at,
        min_by(reason, row(ended_at, reason)) as reason
    from endings
    group by 1, 2, 3
)

select * from final
