{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ delete_changed('order_id', ref('int_orders_touched')) }}"
) }}
-- a line of a flat export carries its order's columns; a line of order_lines leaves them to its order
{%- set order_columns = [
    'customer_id_pos', 'loyalty_id_pos', 'store_id', 'product_name', 'category', 'email', 'phone',
    'currency', 'channel', 'status'
] %}

with order_lines as (
    select
        feed,
        order_id,
        line_id,
        product_id,
        {%- for column in order_columns %}
        cast(null as {{ text_type() }}) as {{ column }},
        {%- endfor %}
        quantity,
        unit_price,
        discount_amount,
        line_amount,
        false as is_flat,
        false as is_cancelled,
        file_id,
        cast(null as timestamp) as ordered_at,
        false as is_from_events
    from {{ rows_of_latest_file(ref('stg_pos__order_lines')) }} as latest
),

sales as (
    select
        feed,
        order_id,
        line_id,
        product_id,
        {%- for column in order_columns %}
        {{ column }},
        {%- endfor %}
        quantity,
        unit_price,
        discount_amount,
        line_amount,
        true as is_flat,
        is_cancelled,
        file_id,
        ordered_at,
        false as is_from_events
    from {{ rows_of_latest_file(ref('stg_pos__sales')) }} as latest
),

-- with their order in the feed itself, like lines of a flat export
event_lines as (
    select
        feed,
        order_id,
        cast(null as {{ text_type() }}) as line_id,
        product_id,
        {%- for column in order_columns %}
        {{ column if column in ('product_name', 'category', 'currency')
            else 'cast(null as ' ~ text_type() ~ ') as ' ~ column }},
        {%- endfor %}
        quantity,
        unit_price,
        discount_amount,
        line_amount,
        true as is_flat,
        false as is_cancelled,
        cast(null as integer) as file_id,
        first_reported_at as ordered_at,
        true as is_from_events
    from {{ ref('int_event_order_lines_unpacked') }}
)

select * from order_lines
union all
select * from sales
union all
select * from event_lines
