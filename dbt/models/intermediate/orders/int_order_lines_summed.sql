{{ config(materialized='table') }}
-- lines of events are left to int_event_orders_summed, which knows what the events said of the whole order
{%- set touched = 'order_id in (select touched.order_id from ' ~ ref('int_orders_touched') ~ ' as touched)' %}
with lines as (
    select * from {{ ref('int_order_lines_unioned') }}
    where not is_from_events and {{ touched if as_last_built('int_orders_unioned') else 'true' }}
),

final as (
    select
        feed,
        split_part(feed, '/', 1) as source,
        order_id,
        is_flat,
        {%- for text in order_texts() %}
        max({{ text }}) as {{ text }},
        {%- endfor %}
        {{ exact_sum('line_amount') }} as lines_amount,
        {{ exact_sum(net_amount('line_amount', 'is_cancelled')) }} as lines_net_amount,
        bool_and(is_cancelled) as is_cancelled,
        bool_and(quantity < 0) as has_only_negative_lines,
        max(file_id) as file_id,
        min(ordered_at) as ordered_at
    from lines
    group by 1, 2, 3, 4
)

select * from final
