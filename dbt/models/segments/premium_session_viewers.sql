{{ config(meta={
    'label': 'Viewed several high-value products',
    'description': 'Viewed at least 3 different products of a high price in one session of the last 30 days.',
    'priority': 70,
    'exclusive_group': none,
    'minimum_size': 1,
    'content_strategy': 'Advice and comparison of the products seen; service instead of discounts.'
}) }}
-- several dear products in one sitting; the moment is the first view of the last product needed, of several
-- sessions the first such one
{%- set window_days = 30 %}
{%- set products_needed = 3 %}
{%- set least_price = 50 %}

with first_views as (
    select
        events.customer_id,
        events.session_id,
        events.product_id,
        min(events.occurred_at) as viewed_at
    from {{ ref('fct_events') }} as events
    inner join {{ ref('dim_products') }} as products
        on events.product_id = products.product_id and products.price >= {{ least_price }}
    where
        events.event_name = 'view_item'
        and {{ add_days('events.occurred_at', window_days) }} > {{ as_of() }}
    group by 1, 2, 3
),

counted as (
    select
        customer_id,
        viewed_at,
        row_number() over (partition by customer_id, session_id order by viewed_at, product_id) as products
    from first_views
),

members as (
    select
        customer_id,
        min(viewed_at) as entered_at
    from counted
    where products = {{ products_needed }}
    group by 1
)

{{ segment('members') }}
