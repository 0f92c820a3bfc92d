{{ config(meta={
    'label': 'Reads e-mail at weekends',
    'description': 'Opened at least two e-mails in the last 90 days, all of them at weekends.',
    'priority': 140,
    'exclusive_group': none,
    'minimum_size': 1,
    'content_strategy': 'Send on Saturday morning; nothing on working days.'
}) }}
-- weekends alone; the moment is the open that made them enough
{%- set window_days = 90 %}
{%- set opens_needed = 2 %}

with opens as (
    select
        customer_id,
        occurred_at,
        row_number() over (partition by customer_id order by occurred_at, event_id) as repetition
    from {{ ref('fct_email_events') }}
    where event_name = 'open' and {{ add_days('occurred_at', window_days) }} > {{ as_of() }}
),

members as (
    select
        features.customer_id,
        opens.occurred_at as entered_at
    from {{ ref('customer_features') }} as features
    inner join opens
        on features.customer_id = opens.customer_id and opens.repetition = {{ opens_needed }}
    where
        features.email_opens_weekend_90_days >= {{ opens_needed }}
        and features.email_opens_weekday_90_days = 0
)

{{ segment('members') }}
