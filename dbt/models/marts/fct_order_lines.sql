{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ delete_changed('order_id', ref('int_orders_changed')) }}"
) }}
-- lines and orders of one system lie under one source folder: pos/order_lines belong to pos/orders
with lines as (
    select
        *,
        split_part(feed, '/', 1) as source
    from {{ ref('int_order_lines_unioned') }}
    {{ where_changed('order_id', ref('int_orders_changed')) }}
),

orders as (
    select
        *,
        row_number() over (partition by source, is_flat, order_id order by feed) as feed_rank
    from {{ ref('int_orders_converted') }}
    {{ where_changed('order_id', ref('int_orders_changed')) }}
),

records as (
    select * from {{ ref('int_records_resolved') }}
)

select
    orders.feed,
    lines.feed as line_feed,
    lines.order_id,
    lines.line_id,
    records.customer_id,
    lines.product_id,
    orders.currency,
    lines.quantity,
    lines.unit_price,
    lines.discount_amount,
    lines.line_amount,
    lines.line_amount * orders.rate_to_base as line_amount_in_base_currency,
    lines.quantity < 0 or lines.is_cancelled or orders.is_cancelled as is_return,
    orders.ordered_at
from lines
inner join orders
    on lines.source = orders.source
    and lines.order_id = orders.order_id
    and lines.is_flat = orders.is_flat
    and (lines.feed = orders.feed or (not lines.is_flat and orders.feed_rank = 1))
left join records
    on orders.feed = records.feed
    and orders.record_kind = records.record_kind
    and orders.source_record_id = records.source_record_id
