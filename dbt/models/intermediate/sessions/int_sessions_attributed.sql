-- a session is the merit of what led to it, a direct one of the customer's last that was not, unless that is
-- long ago
{%- set lookback_days = 30 %}

with sessions as (
    select
        session_id,
        customer_id,
        channel,
        coalesce(utm_source, referrer_host) as source,
        utm_campaign as campaign,
        started_at
    from {{ ref('fct_sessions') }}
),

traced as (
    select
        *,
        last_value(case when channel <> 'direct' then session_id end ignore nulls) over (
            partition by customer_id order by started_at, session_id
            rows between unbounded preceding and current row
        ) as leading_session_id
    from sessions
),

final as (
    select
        traced.session_id,
        traced.customer_id,
        coalesce(origins.channel, 'direct') as attributed_channel,
        origins.source as attributed_source,
        origins.campaign as attributed_campaign
    from traced
    left join sessions as origins
        on traced.leading_session_id = origins.session_id
        and origins.started_at >= {{ add_days('traced.started_at', -lookback_days) }}
)

select * from final
