{{ config(meta={
    'label': 'At risk',
    'description': 'Returning buyers who have been silent for 90 days.',
    'priority': 20,
    'exclusive_group': none,
    'minimum_size': 1,
    'content_strategy': 'A reminder of what they bought and what goes with it, then one offer.'
}) }}
-- bought more than once, then fell silent: long enough to worry, not so long that they are gone
{%- set quiet_days = 90 %}
{%- set gone_days = 365 %}
{%- set orders_needed = 2 %}

with members as (
    select
        customer_id,
        {{ add_days('last_ordered_at', quiet_days) }} as entered_at
    from {{ ref('customer_features') }}
    where
        order_count >= {{ orders_needed }}
        and {{ add_days('last_ordered_at', quiet_days) }} <= as_of
        and {{ add_days('last_ordered_at', gone_days) }} > as_of
)

{{ segment('members') }}
