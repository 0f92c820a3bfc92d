-- who denies what: by a decision, by unsubscribing, or, what no later yes takes back, by a request to erase or
-- restrict what is known of them or as somebody whom the config folder suppresses. A decision is about whom the first of its identifiers names, a request
-- about all whom any does
with named as (
    select
        customer_id_consents as record_id,
        case
            when coalesce(customer_id_consents, email, phone_normalized) is null then visitor_id_consents
        end as visitor_id,
        case when customer_id_consents is null then email end as email,
        case when coalesce(customer_id_consents, email) is null then phone_normalized end as phone,
        null as record_key,
        purpose,
        false as is_final,
        decided_at as happened_at
    from {{ ref('stg_consents__decisions') }}
    where status = 'denied'
    union all
    select
        customer_id_email as record_id,
        null as visitor_id,
        case when customer_id_email is null then email end as email,
        null as phone,
        null as record_key,
        'marketing_email' as purpose,
        false as is_final,
        occurred_at as happened_at
    from {{ ref('stg_email__events') }}
    where event_name = 'unsubscribe'
    union all
    select
        requests.customer_id_privacy as record_id,
        null as visitor_id,
        requests.email,
        requests.phone_normalized as phone,
        null as record_key,
        purposes.purpose,
        true as is_final,
        requests.requested_at as happened_at
    from {{ ref('stg_privacy__requests') }} as requests
    cross join (values {{ denied_by_request() }}) as purposes (purpose)
    where requests.kind in ('erase', 'restrict')
    union all
    select
        null as record_id,
        null as visitor_id,
        email,
        phone_normalized as phone,
        record_key,
        purpose,
        true as is_final,
        decided_at as happened_at
    from {{ ref('stg_operations__suppressions') }}
),

{{ customers_of('named') }},

latest as (
    select
        customer_id,
        purpose,
        bool_or(is_final) as is_final,
        max(happened_at) as happened_at
    from matched
    group by 1, 2
),

-- a denial is weighed against the published decision about its own purpose
holding as (
    select
        latest.customer_id,
        latest.purpose,
        latest.happened_at
    from latest
    left join {{ ref('customer_consents') }} as consents
        on latest.customer_id = consents.customer_id
        and latest.purpose = consents.purpose
        and consents.status = 'granted'
    where latest.is_final or consents.decided_at is null or consents.decided_at <= latest.happened_at
),

-- whose data may not be sold or shared is on no list for advertising
final as (
    select * from holding
    union all
    select
        customer_id,
        'advertising' as purpose,
        happened_at
    from holding
    where purpose = 'sale_or_sharing'
)

select
    customer_id,
    purpose,
    max(happened_at) as happened_at
from final
group by 1, 2
