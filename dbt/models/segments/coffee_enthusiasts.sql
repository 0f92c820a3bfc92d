{{ config(meta={
    'label': 'Coffee and tea enthusiasts',
    'description': 'Viewed at least 5 products of Coffee & tea in the last 30 days.',
    'priority': 85,
    'exclusive_group': none,
    'minimum_size': 1,
    'content_strategy': 'New arrivals, guides and bestsellers of Coffee & tea.'
}) }}
{%- set category = 'Coffee & tea' %}
{%- set views_needed = 5 %}
{%- set window_days = 30 %}

with members as (
    {{ category_enthusiasts(category, views_needed, window_days) }}
)

{{ segment('members') }}
