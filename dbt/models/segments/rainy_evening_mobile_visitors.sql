{{ config(meta={
    'label': 'On the sofa on a rainy evening',
    'description': 'Visited by phone on a rainy evening in the last 30 days.',
    'priority': 190,
    'exclusive_group': none,
    'minimum_size': 1,
    'content_strategy': 'Comfort and indoors; short texts, one picture, pay with one tap.'
}) }}
-- the moment is the first such visit of the window
{%- set window_days = 30 %}
{%- set sessions_needed = 1 %}
{%- set device_type = 'mobile' %}
{%- set daypart = 'evening' %}
{%- set weather = 'rain' %}

with visits as (
    select
        sessions.customer_id,
        sessions.started_at,
        row_number() over (
            partition by sessions.customer_id order by sessions.started_at, sessions.session_id
        ) as repetition
    from {{ ref('fct_sessions') }} as sessions
    inner join {{ ref('session_contexts') }} as contexts on sessions.session_id = contexts.session_id
    where
        sessions.device_type = '{{ device_type }}'
        and sessions.daypart = '{{ daypart }}'
        and contexts.weather = '{{ weather }}'
        and {{ add_days('sessions.started_at', window_days) }} > {{ as_of() }}
),

members as (
    select
        customer_id,
        started_at as entered_at
    from visits
    where repetition = {{ sessions_needed }}
)

{{ segment('members') }}
