-- depends_on: {{ ref('stg_operations__changed_files') }}, {{ ref('stg_operations__current_build') }}
-- depends_on: {{ ref('int_events_touched') }}, {{ ref('int_events_deduplicated') }}

-- an order is touched by what arrived about it, by the loss of a file that it was made of, and by events that
-- name it; under whichever source, since lines find orders, and tills what trackers report, by that number
{%- set deliveries = [
    (ref('stg_pos__orders'), ['ordered_at', 'updated_at']),
    (ref('stg_pos__order_lines'), []),
    (ref('stg_pos__sales'), ['ordered_at'])
] %}
{%- set before = [as_last_built('int_orders_unioned'), as_last_built('int_order_lines_unioned')] %}

with touched as (
    {% if before[0] -%}
    select order_id from {{ ref('int_events_touched') }}
    where order_id is not null
    union all
    select order_id from {{ ref('int_events_deduplicated') }}
    where build_number = {{ build_number() }} and order_id is not null
    {% for delivered, times in deliveries -%}
    union all
    {{ arrived(delivered, 'order_id', times) }}
    {% endfor -%}
    {% for table in before -%}
    union all
    select order_id from {{ table }}
    where file_id in {{ removed_files() }}
    {% endfor -%}
    {% else -%}
    select order_id from {{ ref('stg_pos__orders') }}
    where false
    {% endif -%}
)

select distinct order_id from touched
