{{ config(meta={
    'label': 'High value',
    'description': 'Known buyers in the top fifth by net revenue.',
    'priority': 10,
    'exclusive_group': none,
    'minimum_size': 1,
    'content_strategy': 'Early access and personal service; no discounts, which they do not need.'
}) }}
-- the threshold is the least revenue of the top fifth; a customer entered with the order that last lifted
-- them over it
with customers as (
    select
        features.customer_id,
        thresholds.top_fifth_revenue as threshold
    from {{ ref('customer_features') }} as features
    inner join {{ ref('revenue_thresholds') }} as thresholds
        on features.total_revenue >= thresholds.top_fifth_revenue
    where features.is_known
),

revenue as (
    select
        customer_id,
        ordered_at,
        feed,
        order_id,
        {{ exact_running_sum('net_amount_in_base_currency', 'customer_id', 'ordered_at, feed, order_id') }}
            as running_revenue
    from {{ ref('fct_orders') }}
),

crossings as (
    select
        revenue.customer_id,
        revenue.ordered_at,
        revenue.running_revenue >= customers.threshold
        and coalesce(lag(revenue.running_revenue) over (
            partition by revenue.customer_id order by revenue.ordered_at, revenue.feed, revenue.order_id
        ) < customers.threshold, true) as is_crossing
    from revenue
    inner join customers on revenue.customer_id = customers.customer_id
),

members as (
    select
        customer_id,
        max(ordered_at) as entered_at
    from crossings
    where is_crossing
    group by customer_id
)

{{ segment('members') }}
