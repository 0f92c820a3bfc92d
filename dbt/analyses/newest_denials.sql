-- who said no since the published night, to marketing by e-mail or to being known: by a decision, by unsubscribing, or by
-- a request to erase or restrict what is known of them
with named as (
    select
        customer_id_consents as record_id,
        visitor_id_consents as visitor_id,
        email,
        phone_normalized as phone,
        decided_at as happened_at
    from {{ ref('stg_consents__decisions') }}
    where status = 'denied' and purpose in ('marketing_email', 'personalization')
    union all
    select
        customer_id_email as record_id,
        null as visitor_id,
        email,
        null as phone,
        occurred_at as happened_at
    from {{ ref('stg_email__events') }}
    where event_name = 'unsubscribe'
    union all
    select
        customer_id_privacy as record_id,
        null as visitor_id,
        email,
        phone_normalized as phone,
        requested_at as happened_at
    from {{ ref('stg_privacy__requests') }}
    where kind in ('erase', 'restrict')
),

{{ latest_by_customer('named') }}
