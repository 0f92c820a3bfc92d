{%- set window_days = 7 -%}
-- an order has one row, so that its revenue is never two messages' merit
select
    orders.feed,
    orders.order_id,
    orders.net_amount_in_base_currency as revenue,
    max_by(clicks.showing_id, row(clicks.clicked_at, clicks.shown_at, clicks.showing_id)) as showing_id
from {{ ref('fct_orders') }} as orders
inner join {{ ref('int_content_clicks_gathered') }} as clicks
    on orders.customer_id = clicks.shown_to
    and orders.ordered_at >= clicks.clicked_at
    and orders.ordered_at <= {{ add_days('clicks.clicked_at', window_days) }}
where not orders.is_return
group by 1, 2, 3
