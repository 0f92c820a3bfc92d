{{ config(meta={
    'label': 'Win back',
    'description': 'Spent at least 100 in all, in base currency, and has not ordered for 365 days.',
    'priority': 25,
    'exclusive_group': none,
    'minimum_size': 1,
    'content_strategy': 'One honest offer to return; silence afterwards.'
}) }}
-- gone, and worth an effort; the moment is when the silence grew long enough
{%- set quiet_days = 365 %}
{%- set least_revenue = 100 %}

with members as (
    select
        customer_id,
        {{ add_days('last_ordered_at', quiet_days) }} as entered_at
    from {{ ref('customer_features') }}
    where
        total_revenue >= {{ least_revenue }}
        and {{ add_days('last_ordered_at', quiet_days) }} <= as_of
)

{{ segment('members') }}
