{%- set windows = [1, 7, 30, 90] -%}
{%- set counted = {
    'product_views': "('view_item')", 'category_views': "('view_item_list')", 'cart_adds': "('add_to_cart')",
    'checkouts': "('begin_checkout')", 'searches': "('search', 'view_search_results')"
} -%}
with {{ night_with_windows(windows) }},

final as (
    select
        events.customer_id,
        {%- for name, event_names in counted.items() %}
        {%- for days in windows %}
        {{ count_within(days, 'events.occurred_at', 'event_name in ' ~ event_names) }}
            as {{ name }}_{{ window_name(days) }},
        {%- endfor %}
        {%- endfor %}
        {{ count_within(7, 'events.occurred_at', "event_name = 'purchase'") }} as event_purchases_7_days,
        max(events.occurred_at) filter (where events.event_name = 'view_item') as last_product_viewed_at,
        max(events.occurred_at) filter (where events.event_name = 'add_to_cart') as last_cart_added_at
    from {{ ref('fct_events') }} as events
    cross join night
    where
        events.customer_id is not null
        and (
            events.event_name = 'purchase'
            {%- for event_names in counted.values() %}
            or events.event_name in {{ event_names }}
            {%- endfor %}
        )
    group by events.customer_id
)

select * from final
