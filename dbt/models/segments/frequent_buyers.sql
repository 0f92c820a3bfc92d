{{ config(meta={
    'label': 'Frequent buyers',
    'description': 'Ordered at least 6 times in the last 365 days.',
    'priority': 60,
    'exclusive_group': none,
    'minimum_size': 1,
    'content_strategy': 'New arrivals and what goes with earlier orders; ask for reviews.'
}) }}
-- the moment is the order that made them enough, of those still in the window
{%- set window_days = 365 %}
{%- set orders_needed = 6 %}

with orders as (
    select
        customer_id,
        ordered_at,
        row_number() over (partition by customer_id order by ordered_at, feed, order_id) as repetition
    from {{ ref('fct_orders') }}
    where not is_return and {{ add_days('ordered_at', window_days) }} > {{ as_of() }}
),

members as (
    select
        customer_id,
        ordered_at as entered_at
    from orders
    where repetition = {{ orders_needed }}
)

{{ segment('members') }}
