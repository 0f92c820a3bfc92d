-- a customer id alone would hide that two people share a device: the customer's address is told with it
with addresses as (
    select
        customer_id_crm,
        min(email) as email
    from {{ ref('stg_crm__customers') }}
    group by 1
    having min(email) = max(email)
),

final as (
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
)

select * from final
