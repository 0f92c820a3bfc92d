{%- set before = as_last_built('int_email_clicks_prepared') -%}
-- a customer id alone would hide that two people share a device: the customer's address is told with it
with addresses as (
    select
        customer_id_crm,
        min(email) as email
    from {{ ref('stg_crm__customers') }}
    group by 1
    having min(email) = max(email)
),

clicks as (
    select
        events.event_id,
        events.customer_id_email,
        coalesce(events.email, addresses.email) as email,
        events.occurred_at as clicked_at,
        {{ page_address('events.url') }} as page,
        lower(trim(events.campaign_id)) as campaign
    from {{ ref('int_email_events_deduplicated') }} as events
    left join addresses on events.customer_id_email = addresses.customer_id_crm
    where events.event_name = 'click'
),

earlier as (
    {% if before -%}
    select
        event_id,
        clicked_at,
        page,
        campaign,
        build_number
    from {{ before }}
    {% else -%}
    select
        event_id,
        clicked_at,
        page,
        campaign,
        cast(null as integer) as build_number
    from clicks
    where false
    {% endif -%}
),

-- the build since which a click leads where it leads
final as (
    select
        clicks.*,
        coalesce(earlier.build_number, {{ build_number() }}) as build_number
    from clicks
    left join earlier
        on clicks.event_id = earlier.event_id
        and clicks.clicked_at = earlier.clicked_at
        and coalesce(clicks.page, '') = coalesce(earlier.page, '')
        and coalesce(clicks.campaign, '') = coalesce(earlier.campaign, '')
)

select * from final
