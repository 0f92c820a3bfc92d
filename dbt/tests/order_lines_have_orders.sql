-- lines whose order never arrived under the same source have no time and no customer: the facts leave
-- them out
{{ config(severity='warn') }}

select distinct
    lines._feed,
    lines.order_id
from {{ source('raw', 'pos_order_lines') }} as lines
left join {{ source('raw', 'pos_orders') }} as orders
    on {{ repaired_id('lines.order_id') }} = {{ repaired_id('orders.order_id') }}
    and split_part(lines._feed, '/', 1) = split_part(orders._feed, '/', 1)
where orders.order_id is null
