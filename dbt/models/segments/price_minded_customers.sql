{{ config(meta={
    'label': 'Price matters most',
    'description': 'Said in a survey that price matters most to them.',
    'priority': 110,
    'exclusive_group': none,
    'minimum_size': 10,
    'content_strategy': 'Lead with the price: value packs, price guarantees, free delivery.'
}) }}
-- what was answered holds since the customer is known: the features do not tell when the answer came
{%- set answer = 'Price' %}

with members as (
    select
        customer_id,
        first_seen_at as entered_at
    from {{ ref('customer_features') }}
    where {{ json_list_contains('survey_values', answer) }}
)

{{ segment('members') }}
