{{ config(meta={
    'label': 'From social media',
    'description': 'Came from a social network, paid or not, in the last 30 days.',
    'priority': 180,
    'exclusive_group': 'channel',
    'minimum_size': 1,
    'content_strategy': 'Pictures and reviews of other customers; what is new.'
}) }}
{%- set channels = ['organic_social', 'paid_social'] %}
{%- set window_days = 30 %}

with members as (
    {{ visitors_by_channel(channels, window_days) }}
)

{{ segment('members') }}
