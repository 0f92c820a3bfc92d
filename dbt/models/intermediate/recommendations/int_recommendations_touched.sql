{%- set window_days = 7 -%}
with touches as (
    select
        event_id,
        coalesce(customer_id, visitor_id) as shown_to,
        product_id,
        split_part(item_list_id, ':', 2) as list_name,
        nullif(split_part(item_list_id, ':', 3), '') as strategy,
        nullif(split_part(item_list_id, ':', 4), '') as model_version,
        event_name in ('select_item', 'select_promotion') as is_click,
        occurred_at
    from {{ ref('fct_events') }}
    where
        event_name in ('view_item_list', 'view_promotion', 'select_item', 'select_promotion')
        and product_id is not null
        and item_list_id like 'kindred:_%'
),

purchases as (
    select
        feed,
        order_id,
        customer_id,
        product_id,
        min(ordered_at) as ordered_at
    from {{ ref('fct_order_lines') }}
    where not is_return
    group by 1, 2, 3, 4
),

-- of a click and a view at one time the click is the later
followed as (
    select
        touches.event_id,
        row_number() over (
            partition by purchases.feed, purchases.order_id, purchases.product_id
            order by touches.occurred_at desc, touches.is_click desc, touches.event_id asc
        ) as recency
    from purchases
    inner join touches
        on purchases.customer_id = touches.shown_to
        and purchases.product_id = touches.product_id
        and purchases.ordered_at >= touches.occurred_at
        and purchases.ordered_at <= {{ add_days('touches.occurred_at', window_days) }}
),

counted as (
    select
        event_id,
        count(*) as purchases
    from followed
    where recency = 1
    group by 1
)

select
    touches.event_id,
    touches.product_id,
    touches.list_name,
    touches.strategy,
    touches.model_version,
    touches.is_click,
    touches.occurred_at,
    coalesce(counted.purchases, 0) as purchases
from touches
left join counted on touches.event_id = counted.event_id
