{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ delete_changed('order_id', ref('int_orders_changed')) }}"
) }}
select
    orders.feed,
    orders.order_id,
    records.customer_id,
    orders.store_id,
    orders.channel,
    orders.status,
    orders.currency,
    orders.total_amount,
    orders.total_amount_in_base_currency,
    orders.net_amount_in_base_currency,
    orders.is_return,
    orders.ordered_at
from {{ ref('int_orders_converted') }} as orders
left join {{ ref('int_records_resolved') }} as records
    on orders.feed = records.feed
    and orders.record_kind = records.record_kind
    and orders.source_record_id = records.source_record_id
{{ where_changed('order_id', ref('int_orders_changed')) }}
