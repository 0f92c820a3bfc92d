{%- set demographics = [
    'first_name', 'last_name', 'email', 'phone', 'city', 'region', 'postal_code', 'country', 'birth_date',
    'gender', 'income_band', 'loyalty_tier'
] -%}
{%- set features = [
    'recency_days', 'order_count', 'total_revenue', 'average_order_value', 'recency_score', 'frequency_score',
    'monetary_score', 'engagement_score', 'sessions_30_days', 'product_views_30_days', 'cart_adds_30_days',
    'email_opens_90_days', 'email_clicks_90_days'
] -%}
{%- set moments = ['first_ordered_at', 'last_ordered_at', 'last_visited_at'] -%}
{%- set described, summary = {}, {} -%}
{%- for name in demographics %}{% do described.update({name: 'customers.' ~ name}) %}{% endfor -%}
{%- for name in features %}{% do summary.update({name: 'features.' ~ name}) %}{% endfor -%}
{%- for name in moments %}{% do summary.update({name: iso_time('features.' ~ name)}) %}{% endfor -%}
-- keys and their order are fixed by docs/customer_profile.schema.json
select
    customers.customer_id,
    {{ json_object({
        'customer_id': 'customers.customer_id',
        'as_of': iso_time('features.as_of'),
        'identity': json_object({
            'is_known': 'customers.is_known', 'first_seen_at': iso_time('customers.first_seen_at'),
            'last_seen_at': iso_time('customers.last_seen_at'), 'identity_count': 'lists.identity_count'
        }),
        'demographics': json_object(described),
        'lifecycle': json_object({
            'state': 'lifecycle.state', 'previous_state': 'lifecycle.previous_state',
            'changed_at': iso_time('lifecycle.changed_at')
        }),
        'features': json_object(summary),
        'interests': 'lists.interests',
        'preferences': 'features.stated_preferences',
        'consents': 'lists.consents',
        'recent_activity': 'lists.recent_activity'
    }) }} as profile
from {{ ref('dim_customers') }} as customers
inner join {{ ref('customer_features') }} as features on customers.customer_id = features.customer_id
inner join {{ ref('customer_lifecycle') }} as lifecycle on customers.customer_id = lifecycle.customer_id
inner join {{ ref('int_profile_lists_gathered') }} as lists on customers.customer_id = lists.customer_id
