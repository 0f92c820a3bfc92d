{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ delete_changed('order_id', ref('int_orders_touched')) }}"
) }}
{%- set texts = order_texts() -%}
{%- set null_text = 'cast(null as ' ~ text_type() ~ ')' -%}
{%- set total_amount = 'coalesce(orders.total_amount, source_line_totals.lines_amount)' -%}
with line_totals as (
    select * from {{ ref('int_order_lines_summed') }}
),

-- two feeds of one source may both hold lines of an order: it is one order still
source_line_totals as (
    select
        source,
        order_id,
        {{ exact_sum('lines_amount') }} as lines_amount,
        bool_and(has_only_negative_lines) as has_only_negative_lines
    from line_totals
    where not is_flat
    group by 1, 2
),

unioned as (
    select
        orders.feed,
        orders.order_id,
        {%- for text in texts %}
        orders.{{ text }},
        {%- endfor %}
        {{ total_amount }} as total_amount,
        {{ net_amount(total_amount, 'orders.is_cancelled') }} as net_amount,
        orders.is_cancelled,
        orders.is_cancelled or coalesce(
            source_line_totals.has_only_negative_lines, orders.total_amount < 0, false
        ) as is_return,
        false as is_flat,
        orders.file_id,
        orders.ordered_at,
        {{ null_text }} as user_id_clickstream,
        {{ null_text }} as visitor_id_clickstream
    from {{ latest_versions(ref('stg_pos__orders')) }} as orders
    left join source_line_totals
        on orders.order_id = source_line_totals.order_id
        and split_part(orders.feed, '/', 1) = source_line_totals.source

    union all

    select
        feed,
        order_id,
        {{ texts | join(',\n        ') }},
        lines_amount as total_amount,
        lines_net_amount as net_amount,
        is_cancelled,
        is_cancelled or has_only_negative_lines as is_return,
        is_flat,
        file_id,
        ordered_at,
        {{ null_text }} as user_id_clickstream,
        {{ null_text }} as visitor_id_clickstream
    from line_totals
    where is_flat

    union all

    select
        feed,
        order_id,
        {%- for text in texts %}
        {{ text if text in ('currency', 'channel', 'status') else null_text ~ ' as ' ~ text }},
        {%- endfor %}
        total_amount,
        {{ net_amount('total_amount', 'is_cancelled') }} as net_amount,
        is_cancelled,
        is_cancelled as is_return,
        true as is_flat,
        cast(null as integer) as file_id,
        ordered_at,
        user_id_clickstream,
        visitor_id_clickstream
    from {{ ref('int_event_orders_summed') }}
)

select
    *,
    split_part(feed, '/', 1) as source,
    case
        when customer_id_pos is not null then 'customer'
        when loyalty_id_pos is not null then 'loyalty'
        when user_id_clickstream is not null then 'user'
        when visitor_id_clickstream is not null then 'visitor'
        else 'guest_order'
    end as record_kind,
    coalesce(
        customer_id_pos, loyalty_id_pos, user_id_clickstream, visitor_id_clickstream, order_id
    ) as source_record_id
from unioned
