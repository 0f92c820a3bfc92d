{{ config(meta={
    'label': 'Running enthusiasts',
    'description': 'Viewed at least 5 products of Running in the last 30 days.',
    'priority': 80,
    'exclusive_group': none,
    'minimum_size': 1,
    'content_strategy': 'New arrivals, guides and bestsellers of Running.'
}) }}
{%- set category = 'Running' %}
{%- set views_needed = 5 %}
{%- set window_days = 30 %}

with members as (
    {{ category_enthusiasts(category, views_needed, window_days) }}
)

{{ segment('members') }}
