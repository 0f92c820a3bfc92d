{{ config(meta={
    'label': 'Cart abandoner who reads offers',
    'description': 'Left a cart behind and opened or clicked a promotional e-mail in the last 30 days.',
    'priority': 35,
    'exclusive_group': none,
    'minimum_size': 1,
    'content_strategy': 'Bring the cart together with the current promotion: they react to offers.'
}) }}
-- both at once: the later of the two moments, of promotional e-mails the first that counts
{%- set window_days = 30 %}
{%- set engagements_needed = 1 %}

with engagements as (
    select
        customer_id,
        occurred_at,
        row_number() over (partition by customer_id order by occurred_at, event_id) as repetition
    from {{ ref('fct_email_events') }}
    where
        campaign_kind = 'promotional'
        and event_name in ('open', 'click')
        and {{ add_days('occurred_at', window_days) }} > {{ as_of() }}
),

members as (
    select
        carts.customer_id,
        greatest(carts.entered_at, engagements.occurred_at) as entered_at
    from {{ ref('abandoned_carts') }} as carts
    inner join engagements
        on carts.customer_id = engagements.customer_id and engagements.repetition = {{ engagements_needed }}
)

{{ segment('members') }}
