{%- set windows = [30, 90, 365] -%}
with {{ night_with_windows(windows) }},

final as (
    select
        orders.customer_id,
        cast(count(*) filter (where not orders.is_return) as integer) as order_count,
        cast(count(*) filter (where orders.is_return) as integer) as return_count,
        round(coalesce({{ exact_sum('orders.net_amount_in_base_currency') }}, 0), 2) as total_revenue,
        {%- for days in windows %}
        {{ count_within(days, 'orders.ordered_at', 'not orders.is_return') }} as orders_{{ days }}_days,
        round(coalesce({{ exact_sum(
            'case when orders.ordered_at > night.since_' ~ days
            ~ '_days then orders.net_amount_in_base_currency end'
        ) }}, 0), 2) as revenue_{{ days }}_days,
        {%- endfor %}
        {{ share_of('case when not orders.is_return then ' ~ is_weekend('orders.ordered_at') ~ ' end') }}
            as weekend_order_share,
        {%- for name, value in {
            'store_id': 'orders.store_id', 'order_hour': hour_of_day('orders.ordered_at'),
            'order_weekday': weekday('orders.ordered_at')
        }.items() %}
        {{ most_frequent_value('case when not is_return then ' ~ value ~ ' end') }} as preferred_{{ name }},
        {%- endfor %}
        min(orders.ordered_at) filter (where not orders.is_return) as first_ordered_at,
        max(orders.ordered_at) filter (where not orders.is_return) as last_ordered_at
    from {{ ref('fct_orders') }} as orders
    cross join night
    group by orders.customer_id
)

select
    *,
    return_count / cast(order_count + return_count as double) as return_rate,
    -- the gaps between orders add up to the time from the first to the last
    {{ seconds_between('first_ordered_at', 'last_ordered_at') }} / (86400.0 * nullif(order_count - 1, 0))
        as days_between_orders
from final
where customer_id is not null
