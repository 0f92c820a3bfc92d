{{ config(meta={
    'label': 'First-time visitors',
    'description': 'Visited for the first and only time in the last 30 days and never ordered.',
    'priority': 160,
    'exclusive_group': none,
    'minimum_size': 1,
    'content_strategy': 'A welcome: who we are, what others buy, and an invitation to the newsletter.'
}) }}
-- one visit and no order; the moment is the visit
{%- set window_days = 30 %}
{%- set sessions_allowed = 1 %}

with members as (
    select
        customer_id,
        first_visited_at as entered_at
    from {{ ref('customer_features') }}
    where
        session_count between 1 and {{ sessions_allowed }}
        and order_count = 0
        and {{ add_days('first_visited_at', window_days) }} > as_of
)

{{ segment('members') }}
