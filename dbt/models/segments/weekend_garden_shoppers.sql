{{ config(meta={
    'label': 'Gardens at weekends',
    'description': 'Ordered from Garden at least twice, at least half of the time at a weekend.',
    'priority': 90,
    'exclusive_group': none,
    'minimum_size': 1,
    'content_strategy': 'Garden offers on Friday evening, with collection on Saturday.'
}) }}
{%- set category = 'Garden' %}
{%- set orders_needed = 2 %}
{%- set least_share = 0.5 %}

with members as (
    {{ weekend_category_shoppers(category, orders_needed, least_share) }}
)

{{ segment('members') }}
