-- each night adds to both facts, and lines have no grain of their own: a line stands under an order of its
-- own customer and time
select
    lines.order_id,
    lines.customer_id
from {{ ref('fct_order_lines') }} as lines
left join {{ ref('fct_orders') }} as orders on lines.feed = orders.feed and lines.order_id = orders.order_id
where
    orders.order_id is null
    or orders.customer_id is distinct from lines.customer_id
    or orders.ordered_at is distinct from lines.ordered_at
