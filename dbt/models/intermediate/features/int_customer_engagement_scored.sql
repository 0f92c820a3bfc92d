-- 100 times the weighted mean of n / (n + half) over the last 30 days: each count says less the higher it is,
-- and at `half` it has half of its weight
{%- set counts = {
    'sessions.sessions_30_days': {'weight': 25, 'half': 4},
    'events.product_views_30_days': {'weight': 20, 'half': 10},
    'events.cart_adds_30_days': {'weight': 20, 'half': 2},
    'emails.email_clicks_30_days': {'weight': 10, 'half': 2},
    'orders.orders_30_days': {'weight': 25, 'half': 1}
} %}

select
    customers.customer_id,
    round(
        {%- for column, curve in counts.items() %}
        {{ curve.weight }}.0 * coalesce({{ column }}, 0)
        / (coalesce({{ column }}, 0) + {{ curve.half }})
        {{- ' +' if not loop.last }}
        {%- endfor %},
        2
    ) as engagement_score
from {{ ref('dim_customers') }} as customers
left join {{ ref('int_customer_sessions_summed') }} as sessions
    on customers.customer_id = sessions.customer_id
left join {{ ref('int_customer_events_counted') }} as events
    on customers.customer_id = events.customer_id
left join {{ ref('int_customer_emails_counted') }} as emails
    on customers.customer_id = emails.customer_id
left join {{ ref('int_customer_orders_summed') }} as orders
    on customers.customer_id = orders.customer_id
