{{ config(meta={
    'label': 'Abandoned cart',
    'description': 'Filled a cart in the last 7 days, left it for 2 hours without buying, and can be reached by e-mail.',
    'priority': 40,
    'exclusive_group': none,
    'minimum_size': 1,
    'content_strategy': 'Remind them of the cart while it is fresh; an offer only if the first reminder does nothing.'
}) }}
-- a cart that has been left alone: the moment is when it grew old enough
{%- set window_days = 7 %}
{%- set quiet_hours = abandoned_cart_hours() %}

with purchases as (
    {{ purchases(window_days) }}
),

last_purchases as (
    select
        customer_id,
        max(purchased_at) as purchased_at
    from purchases
    group by 1
),

members as (
    select
        features.customer_id,
        {{ add_hours('features.last_cart_added_at', quiet_hours) }} as entered_at
    from {{ ref('customer_features') }} as features
    left join last_purchases on features.customer_id = last_purchases.customer_id
    where
        features.has_email
        and {{ add_days('features.last_cart_added_at', window_days) }} > features.as_of
        and {{ add_hours('features.last_cart_added_at', quiet_hours) }} <= features.as_of
        and coalesce(last_purchases.purchased_at < features.last_cart_added_at, true)
)

{{ segment('members') }}
