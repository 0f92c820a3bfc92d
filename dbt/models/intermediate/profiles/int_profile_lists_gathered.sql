{%- set most_interests = 10 -%}
with activities as (
    select
        customer_id,
        {{ json_objects({
            'occurred_at': iso_time('occurred_at'), 'kind': 'kind', 'name': 'name', 'product_id': 'product_id',
            'category': 'category', 'order_id': 'order_id', 'campaign_id': 'campaign_id', 'amount': 'amount'
        }, 'place') }} as recent_activity
    from {{ ref('int_customer_activities_latest') }}
    group by 1
),

placed_interests as (
    select
        *,
        row_number() over (partition by customer_id order by interest desc, category asc) as place
    from {{ ref('customer_interests') }}
),

interests as (
    select
        customer_id,
        {{ json_objects({'category': 'category', 'interest': 'interest'}, 'place') }} as interests
    from placed_interests
    where place <= {{ most_interests }}
    group by 1
),

consents as (
    select
        customer_id,
        {{ json_objects({
            'purpose': 'purpose', 'status': 'status', 'decided_at': iso_time('decided_at'), 'is_default': 'is_default'
        }, 'purpose') }} as consents
    from {{ ref('customer_consents') }}
    group by 1
),

identities as (
    select
        customer_id,
        count(*) as identity_count
    from {{ ref('customer_identities') }}
    group by 1
)

select
    customers.customer_id,
    identities.identity_count,
    coalesce(interests.interests, {{ as_json("'[]'") }}) as interests,
    coalesce(consents.consents, {{ as_json("'[]'") }}) as consents,
    coalesce(activities.recent_activity, {{ as_json("'[]'") }}) as recent_activity
from {{ ref('dim_customers') }} as customers
left join identities on customers.customer_id = identities.customer_id
left join interests on customers.customer_id = interests.customer_id
left join consents on customers.customer_id = consents.customer_id
left join activities on customers.customer_id = activities.customer_id
