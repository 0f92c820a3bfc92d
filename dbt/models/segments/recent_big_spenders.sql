{{ config(meta={
    'label': 'Spent over 500 lately',
    'description': 'Spent more than 500 in the last 30 days, in base currency and net of returns.',
    'priority': 15,
    'exclusive_group': none,
    'minimum_size': 1,
    'content_strategy': 'Thank them; look after the orders on their way before offering anything else.'
}) }}
-- the moment is the order that last lifted the spending of the window over the threshold
{%- set window_days = 30 %}
{%- set threshold = 500 %}

with orders as (
    select
        customer_id,
        ordered_at,
        feed,
        order_id,
        {{ exact_running_sum('net_amount_in_base_currency', 'customer_id', 'ordered_at, feed, order_id') }}
            as running_revenue
    from {{ ref('fct_orders') }}
    where {{ add_days('ordered_at', window_days) }} > {{ as_of() }}
),

crossings as (
    select
        customer_id,
        ordered_at,
        running_revenue > {{ threshold }}
        and coalesce(lag(running_revenue) over (
            partition by customer_id order by ordered_at, feed, order_id
        ) <= {{ threshold }}, true) as is_crossing
    from orders
),

spenders as (
    select
        customer_id,
        max(ordered_at) as entered_at
    from crossings
    where is_crossing
    group by 1
),

members as (
    select
        features.customer_id,
        spenders.entered_at
    from {{ ref('customer_features') }} as features
    inner join spenders on features.customer_id = spenders.customer_id
    where features.revenue_30_days > {{ threshold }}
)

{{ segment('members') }}
