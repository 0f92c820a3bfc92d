select
    coalesce(visited.customer_id, bought.customer_id) as customer_id,
    coalesce(visited.category, bought.category) as category,
    {%- for column in [
        'product_views', 'product_views_7_days', 'product_views_30_days', 'category_views', 'list_clicks',
        'cart_adds'
    ] %}
    coalesce(visited.{{ column }}, 0) as {{ column }},
    {%- endfor %}
    coalesce(visited.category_views, 0) as list_impressions,
    visited.list_clicks / nullif(cast(visited.category_views as double), 0) as click_through_rate,
    cast(coalesce(visited.dwell_seconds, 0) as double) as dwell_seconds,
    coalesce(bought.order_count, 0) as order_count,
    coalesce(bought.quantity, 0) as quantity,
    coalesce(bought.revenue, 0) as revenue,
    bought.weekend_order_share,
    visited.last_viewed_at,
    bought.last_ordered_at
from {{ ref('int_customer_categories_visited') }} as visited
full outer join {{ ref('int_customer_categories_bought') }} as bought
    on visited.customer_id = bought.customer_id and visited.category = bought.category
