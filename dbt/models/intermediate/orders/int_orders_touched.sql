-- depends_on: {{ ref('stg_operations__changed_files') }}, {{ ref('stg_operations__current_build') }}
-- an order is touched by what arrived about it and by the loss of a file that it was made of; under whichever
-- source, since lines find their order, and an order its twin in another export, by its number
{%- set parts = [
    (ref('stg_pos__orders'), ['ordered_at', 'updated_at'], as_last_built('int_orders_unioned')),
    (ref('stg_pos__order_lines'), [], as_last_built('int_order_lines_unioned')),
    (ref('stg_pos__sales'), ['ordered_at'], none)
] %}

with touched as (
    {% if as_last_built('int_orders_unioned') -%}
    {% for delivered, times, before in parts -%}
    {{ arrived(delivered, 'order_id', times) }}
    {% if before -%}
    union all
    select order_id from {{ before }}
    where file_id in {{ removed_files() }}
    {% endif -%}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
    {% else -%}
    select order_id from {{ ref('stg_pos__orders') }}
    where false
    {% endif -%}
)

select distinct order_id from touched
