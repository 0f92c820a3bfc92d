-- the orders whose facts are another than last night: what they are made of, their rate or their customer
{%- set is_full = not as_last_built('int_orders_changed') %}

with orders as (
    select
        order_id,
        feed,
        record_kind,
        source_record_id,
        build_number
    from {{ ref('int_orders_converted') }}
),

changed as (
    select order_id from {{ ref('int_orders_touched') }}
    union all
    select order_id from orders
    where build_number = {{ build_number() }}
    union all
    select orders.order_id
    from orders
    inner join {{ ref('int_records_resolved') }} as records
        on orders.feed = records.feed
        and orders.record_kind = records.record_kind
        and orders.source_record_id = records.source_record_id
    where records.resolved_in_build = {{ build_number() }}
)

select distinct order_id from changed
where not {{ is_full }}
