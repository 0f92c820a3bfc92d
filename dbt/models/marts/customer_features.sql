with orders as (
    select
        customer_id,
        cast(count(*) filter (where not is_return) as integer) as order_count,
        round(coalesce({{ exact_sum('net_amount_in_base_currency') }}, 0), 2) as total_revenue,
        min(ordered_at) filter (where not is_return) as first_ordered_at,
        max(ordered_at) filter (where not is_return) as last_ordered_at
    from {{ ref('fct_orders') }}
    group by 1
),

customers as (
    select
        *
    from {{ ref('dim_customers') }}
),

buyers as (
    select
        orders.*,
        customers.is_known,
        cast({{ days_between('orders.last_ordered_at', as_of()) }} as integer) as recency_days
    from orders
    inner join customers on orders.customer_id = customers.customer_id
    where orders.order_count > 0
),

-- buyers are compared with buyers, and known ones with known ones: each guest order is a buyer of its own
scored as (
    select
        *,
        {{ quintile_score('is_known', 'recency_days desc') }} as recency_score,
        {{ quintile_score('is_known', 'order_count') }} as frequency_score,
        {{ quintile_score('is_known', 'total_revenue') }} as monetary_score
    from buyers
)

select
    customers.customer_id,
    {{ as_of() }} as as_of,
    scored.recency_days,
    coalesce(orders.order_count, 0) as order_count,
    coalesce(orders.total_revenue, 0) as total_revenue,
    round(scored.total_revenue / scored.order_count, 2) as average_order_value,
    scored.recency_score,
    scored.frequency_score,
    scored.monetary_score,
    customers.is_known,
    customers.first_seen_at as first_seen_at,
    cast(null as integer) as tenure_days,
    customers.email is not null as has_email,
    customers.country as country,
    customers.region as region,
    customers.city as city,
    cast(null as integer) as age,
    cast(null as varchar) as age_band,
    customers.gender as gender,
    customers.income_band as income_band,
    customers.loyalty_tier as loyalty_tier,
    cast(0 as integer) as return_count,
    cast(null as double) as return_rate,
    cast(null as double) as days_between_orders,
    cast(0 as integer) as orders_30_days,
    cast(0 as integer) as orders_90_days,
    cast(0 as integer) as orders_365_days,
    cast(0 as double) as revenue_30_days,
    cast(0 as double) as revenue_90_days,
    cast(0 as double) as revenue_365_days,
    cast(null as double) as discounted_line_share,
    cast(null as double) as weekend_order_share,
    cast(null as varchar) as preferred_category,
    cast(null as varchar) as preferred_brand,
    cast(null as varchar) as preferred_store_id,
    cast(null as integer) as preferred_order_hour,
    cast(null as integer) as preferred_order_weekday,
    cast(0 as integer) as session_count,
    cast(null as timestamp) as first_visited_at,
    cast(null as timestamp) as last_visited_at,
    cast(0 as integer) as sessions_1_day,
    cast(0 as integer) as sessions_7_days,
    cast(0 as integer) as sessions_30_days,
    cast(0 as integer) as sessions_90_days,
    cast(0 as integer) as product_views_1_day,
    cast(0 as integer) as product_views_7_days,
    cast(0 as integer) as product_views_30_days,
    cast(0 as integer) as product_views_90_days,
    cast(0 as integer) as category_views_1_day,
    cast(0 as integer) as category_views_7_days,
    cast(0 as integer) as category_views_30_days,
    cast(0 as integer) as category_views_90_days,
    cast(0 as integer) as cart_adds_1_day,
    cast(0 as integer) as cart_adds_7_days,
    cast(0 as integer) as cart_adds_30_days,
    cast(0 as integer) as cart_adds_90_days,
    cast(0 as integer) as checkouts_1_day,
    cast(0 as integer) as checkouts_7_days,
    cast(0 as integer) as checkouts_30_days,
    cast(0 as integer) as checkouts_90_days,
    cast(0 as integer) as searches_1_day,
    cast(0 as integer) as searches_7_days,
    cast(0 as integer) as searches_30_days,
    cast(0 as integer) as searches_90_days,
    cast(0 as integer) as event_purchases_7_days,
    cast(null as timestamp) as last_product_viewed_at,
    cast(null as timestamp) as last_cart_added_at,
    cast(null as double) as average_session_seconds,
    cast(null as double) as average_scroll_percent,
    cast(null as double) as bounce_rate,
    cast(0 as integer) as social_visits_90_days,
    cast(null as integer) as preferred_visit_hour,
    cast(null as integer) as preferred_visit_weekday,
    cast(null as varchar) as preferred_device_type,
    cast(null as varchar) as preferred_channel,
    cast(null as varchar) as first_channel,
    cast(null as varchar) as preferred_daypart,
    cast(0 as integer) as emails_delivered_90_days,
    cast(0 as integer) as email_opens_90_days,
    cast(0 as integer) as email_clicks_90_days,
    cast(0 as integer) as email_opens_weekday_90_days,
    cast(0 as integer) as email_opens_weekend_90_days,
    cast(0 as integer) as email_clicks_weekday_90_days,
    cast(0 as integer) as email_clicks_weekend_90_days,
    cast(0 as integer) as promotional_email_clicks_30_days,
    cast(0 as integer) as promotional_email_opens_30_days,
    cast(null as timestamp) as last_email_opened_at,
    cast(null as timestamp) as last_email_clicked_at,
    cast(0 as integer) as support_contacts_90_days,
    cast(null as timestamp) as last_support_contact_at,
    cast(null as json) as survey_interests,
    cast(null as json) as survey_values,
    cast(null as json) as stated_preferences,
    cast(null as json) as search_queries,
    cast(null as json) as enrichment,
    cast(null as double) as engagement_score,
    scored.first_ordered_at,
    scored.last_ordered_at
from customers
left join orders on customers.customer_id = orders.customer_id
left join scored on customers.customer_id = scored.customer_id
