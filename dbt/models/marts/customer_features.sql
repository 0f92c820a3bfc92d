{#- counts, which are 0 where a customer has no row of the aspect -#}
{%- set counts = {
    'orders': ['order_count', 'return_count', 'total_revenue'],
    'sessions': ['session_count', 'social_visits_90_days'],
    'events': ['event_purchases_7_days'],
    'emails': [
        'emails_delivered_90_days', 'email_opens_90_days', 'email_clicks_90_days',
        'email_opens_weekday_90_days', 'email_opens_weekend_90_days', 'email_clicks_weekday_90_days',
        'email_clicks_weekend_90_days', 'promotional_email_clicks_30_days', 'promotional_email_opens_30_days'
    ],
    'contacts': ['support_contacts_90_days']
} %}
{#- averages, shares, times and what is preferred, which are null then -#}
{%- set others = {
    'customers': [
        'is_known', 'first_seen_at', 'country', 'region', 'city', 'gender', 'income_band', 'loyalty_tier'
    ],
    'ages': ['age', 'age_band'],
    'orders': [
        'return_rate', 'days_between_orders', 'weekend_order_share', 'preferred_store_id',
        'preferred_order_hour', 'preferred_order_weekday', 'first_ordered_at', 'last_ordered_at'
    ],
    'scores': ['recency_score', 'frequency_score', 'monetary_score'],
    'products': ['discounted_line_share', 'preferred_category', 'preferred_brand'],
    'sessions': [
        'first_visited_at', 'last_visited_at', 'average_session_seconds', 'average_scroll_percent',
        'bounce_rate', 'preferred_visit_hour', 'preferred_visit_weekday', 'preferred_device_type',
        'preferred_channel', 'first_channel', 'preferred_daypart'
    ],
    'events': ['last_product_viewed_at', 'last_cart_added_at'],
    'emails': ['last_email_opened_at', 'last_email_clicked_at'],
    'contacts': ['last_support_contact_at'],
    'surveys': ['survey_interests', 'survey_values'],
    'preferences': ['stated_preferences'],
    'searches': ['search_queries'],
    'enrichments': ['enrichment']
} %}

select
    customers.customer_id,
    night.as_of,
    cast({{ days_between('customers.first_seen_at', 'night.as_of') }} as integer)
        as tenure_days,
    cast({{ days_between('orders.last_ordered_at', 'night.as_of') }} as integer)
        as recency_days,
    {%- for aspect, columns in counts.items() %}
    {%- for column in columns %}
    coalesce({{ aspect }}.{{ column }}, 0) as {{ column }},
    {%- endfor %}
    {%- endfor %}
    {%- for days in [30, 90, 365] %}
    coalesce(orders.orders_{{ days }}_days, 0) as orders_{{ days }}_days,
    coalesce(orders.revenue_{{ days }}_days, 0) as revenue_{{ days }}_days,
    {%- endfor %}
    {%- for days in [1, 7, 30, 90] %}
    coalesce(sessions.sessions_{{ window_name(days) }}, 0) as sessions_{{ window_name(days) }},
    {%- for name in ['product_views', 'category_views', 'cart_adds', 'checkouts', 'searches'] %}
    coalesce(events.{{ name }}_{{ window_name(days) }}, 0) as {{ name }}_{{ window_name(days) }},
    {%- endfor %}
    {%- endfor %}
    {%- for aspect, columns in others.items() %}
    {%- for column in columns %}
    {{ aspect }}.{{ column }},
    {%- endfor %}
    {%- endfor %}
    round(orders.total_revenue / nullif(orders.order_count, 0), 2) as average_order_value,
    engagement.engagement_score,
    customers.email is not null as has_email
from {{ ref('dim_customers') }} as customers
cross join {{ ref('stg_operations__current_night') }} as night
left join {{ ref('int_customer_ages_counted') }} as ages
    on customers.customer_id = ages.customer_id
left join {{ ref('int_customer_orders_summed') }} as orders
    on customers.customer_id = orders.customer_id
left join {{ ref('int_customer_values_scored') }} as scores
    on customers.customer_id = scores.customer_id
left join {{ ref('int_customer_products_preferred') }} as products
    on customers.customer_id = products.customer_id
left join {{ ref('int_customer_sessions_summed') }} as sessions
    on customers.customer_id = sessions.customer_id
left join {{ ref('int_customer_events_counted') }} as events
    on customers.customer_id = events.customer_id
left join {{ ref('int_customer_emails_counted') }} as emails
    on customers.customer_id = emails.customer_id
left join {{ ref('int_customer_contacts_counted') }} as contacts
    on customers.customer_id = contacts.customer_id
left join {{ ref('int_customer_surveys_listed') }} as surveys
    on customers.customer_id = surveys.customer_id
left join {{ ref('int_customer_preferences_listed') }} as preferences
    on customers.customer_id = preferences.customer_id
left join {{ ref('int_customer_searches_listed') }} as searches
    on customers.customer_id = searches.customer_id
left join {{ ref('int_customer_enrichments_listed') }} as enrichments
    on customers.customer_id = enrichments.customer_id
left join {{ ref('int_customer_engagement_scored') }} as engagement
    on customers.customer_id = engagement.customer_id
