{%- set windows = [7, 30] -%}
with {{ night_with_windows(windows) }},

-- an event is of the category that it tells, else of its product's; what is about neither belongs nowhere
events as (
    select
        events.customer_id,
        coalesce(events.category, products.category, 'unknown') as category,
        events.event_name,
        events.engagement_ms,
        events.occurred_at
    from {{ ref('fct_events') }} as events
    left join {{ ref('dim_products') }} as products on events.product_id = products.product_id
    where
        events.customer_id is not null
        and (events.category is not null or events.product_id is not null)
),

final as (
    select
        events.customer_id,
        events.category,
        cast(count(*) filter (where events.event_name = 'view_item') as integer) as product_views,
        {%- for days in windows %}
        {{ count_within(days, 'events.occurred_at', "events.event_name = 'view_item'") }}
            as product_views_{{ window_name(days) }},
        {%- endfor %}
        cast(count(*) filter (where events.event_name = 'view_item_list') as integer) as category_views,
        cast(count(*) filter (where events.event_name = 'select_item') as integer) as list_clicks,
        cast(count(*) filter (where events.event_name = 'add_to_cart') as integer) as cart_adds,
        coalesce(sum(events.engagement_ms), 0) / 1000.0 as dwell_seconds,
        max(events.occurred_at) filter (where events.event_name in ('view_item', 'view_item_list'))
            as last_viewed_at
    from events
    cross join night
    group by 1, 2
)

select * from final
