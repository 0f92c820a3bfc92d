{{ config(meta={
    'label': 'From paid search',
    'description': 'Came by a paid search result in the last 30 days.',
    'priority': 170,
    'exclusive_group': 'channel',
    'minimum_size': 1,
    'content_strategy': 'Land on what was searched for; the price in the first line.'
}) }}
{%- set channels = ['paid_search'] %}
{%- set window_days = 30 %}

with members as (
    {{ visitors_by_channel(channels, window_days) }}
)

{{ segment('members') }}
