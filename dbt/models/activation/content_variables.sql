-- keys are the names that templates use, see docs/content.md
with segments as (
    select
        customer_id,
        {{ as_json(json_list('segment', 'segment')) }} as segments,
        max(case when is_primary then segment end) as primary_segment
    from {{ ref('segment_memberships') }}
    group by 1
),

interests as (
    select
        customer_id,
        {{ json_object_of('category', 'interest') }} as interests,
        max_by(category, row(interest, category)) as top_category
    from {{ ref('customer_interests') }}
    where category <> 'unknown'
    group by 1
)

select
    customers.customer_id,
    customers.is_known,
    customers.first_name,
    customers.last_name,
    customers.email,
    customers.city,
    customers.region,
    customers.country,
    customers.loyalty_tier,
    lifecycle.state as lifecycle_state,
    segments.primary_segment,
    segments.segments,
    interests.top_category,
    interests.interests,
    contexts.recent_category,
    cast(features.stated_preferences -> '$.language[0]' ->> '$' as {{ text_type() }}) as language,
    features.order_count,
    features.total_revenue,
    features.recency_days as days_since_order,
    features.preferred_daypart as daypart,
    contexts.intent,
    contexts.device_type as device,
    contexts.weather,
    contexts.temperature,
    contexts.holiday,
    contexts.viewed_products,
    contexts.cart_products,
    scores.purchase_probability_30_days,
    scores.churn_probability,
    scores.value_12_months,
    coalesce(consents.status = 'granted', true) as is_personalizable
from {{ ref('dim_customers') }} as customers
inner join {{ ref('customer_features') }} as features on customers.customer_id = features.customer_id
inner join {{ ref('customer_contexts') }} as contexts on customers.customer_id = contexts.customer_id
left join {{ ref('customer_lifecycle') }} as lifecycle on customers.customer_id = lifecycle.customer_id
left join {{ ref('customer_scores') }} as scores on customers.customer_id = scores.customer_id
left join segments on customers.customer_id = segments.customer_id
left join interests on customers.customer_id = interests.customer_id
left join {{ ref('customer_consents') }} as consents
    on customers.customer_id = consents.customer_id and consents.purpose = 'personalization'
