-- who said no, to marketing by e-mail or to being known: by a decision, by unsubscribing, or by a request to
-- erase or restrict what is known of them, which no later yes takes back and which has no purpose here
with named as (
    select
        customer_id_consents as record_id,
        visitor_id_consents as visitor_id,
        email,
        phone_normalized as phone,
        purpose,
        decided_at as happened_at
    from {{ ref('stg_consents__decisions') }}
    where status = 'denied' and purpose in ('marketing_email', 'personalization')
    union all
    select
        customer_id_email as record_id,
        null as visitor_id,
        email,
        null as phone,
        'marketing_email' as purpose,
        occurred_at as happened_at
    from {{ ref('stg_email__events') }}
    where event_name = 'unsubscribe'
    union all
    select
        customer_id_privacy as record_id,
        null as visitor_id,
        email,
        phone_normalized as phone,
        null as purpose,
        requested_at as happened_at
    from {{ ref('stg_privacy__requests') }}
    where kind in ('erase', 'restrict')
),

{{ customers_of('named') }},

latest as (
    select
        customer_id,
        purpose,
        max(happened_at) as happened_at
    from matched
    group by 1, 2
)

-- a denial is weighed against the decision of its own purpose: marketing when a mail goes, being known here
select
    latest.customer_id,
    latest.purpose,
    latest.happened_at
from latest
left join {{ ref('customer_consents') }} as consents
    on latest.customer_id = consents.customer_id
    and latest.purpose = consents.purpose
    and consents.purpose = 'personalization'
    and consents.status = 'granted'
where consents.decided_at is null or consents.decided_at <= latest.happened_at
