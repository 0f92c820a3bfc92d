-- one row per line of an order that came in a table of its own, and delivery of its order by the same source
select distinct
    lines._file_id as file_id,
    lines._row_number as row_number,
    orders._file_id as order_file_id,
    orders._row_number as order_row_number
from {{ source('raw', 'pos_order_lines') }} as lines
inner join {{ source('raw', 'pos_orders') }} as orders
    on {{ repaired_id('lines.order_id') }} = {{ repaired_id('orders.order_id') }}
    and split_part(lines._feed, '/', 1) = split_part(orders._feed, '/', 1)
