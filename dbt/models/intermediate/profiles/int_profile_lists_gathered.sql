{%- set limits = profile_limits() -%}
with placed_activities as (
    select
        customer_id,
        place,
        {{ json_text(json_object({
            'occurred_at': iso_time('occurred_at'), 'kind': 'kind', 'name': 'name', 'product_id': 'product_id',
            'category': 'category', 'order_id': 'order_id', 'campaign_id': 'campaign_id', 'amount': 'amount'
        })) }} as activity_text
    from {{ ref('int_customer_activities_latest') }}
),

activities as (
    select
        customer_id,
        {{ json_list_of_places('activity_text', 'place', limits.activities) }} as recent_activity
    from placed_activities
    group by 1
),

placed_interests as (
    select
        customer_id,
        {{ json_text(json_object({'category': 'category', 'interest': 'interest'})) }} as interest_text,
        row_number() over (partition by customer_id order by interest desc, category asc) as place
    from {{ ref('customer_interests') }}
),

interests as (
    select
        customer_id,
        {{ json_list_of_places('interest_text', 'place', limits.interests) }} as interests
    from placed_interests
    group by 1
),

placed_consents as (
    select
        customer_id,
        {{ json_text(json_object({
            'purpose': 'purpose', 'status': 'status', 'decided_at': iso_time('decided_at'), 'is_default': 'is_default'
        })) }} as consent_text,
        row_number() over (partition by customer_id order by purpose) as place
    from {{ ref('customer_consents') }}
),

consents as (
    select
        customer_id,
        {{ json_list_of_places('consent_text', 'place', limits.consents) }} as consents
    from placed_consents
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
