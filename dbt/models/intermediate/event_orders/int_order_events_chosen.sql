-- what trackers report of orders that no till reports: the distinct purchases and refunds of each, as the one
-- feed tells them that tells most; after a full build, of the orders that are touched
{%- set is_full = not as_last_built('int_order_events_chosen') %}

with reported as (
    select
        feed,
        order_id,
        event_name,
        product_id,
        category,
        {{ believable_number('quantity') }} as quantity,
        {{ believable_number('price') }} as price,
        occurred_at,
        visitor_id_clickstream,
        user_id_clickstream,
        {{ event_parameter_array('items') }} as items,
        {{ event_parameter_number('value') }} as stated_value,
        {{ currency_code(event_parameter('currency')) }} as currency,
        min(occurred_at) over (partition by order_id, event_name) as first_reported_at
    from {{ ref('int_events_deduplicated') }}
    where
        event_name in ('purchase', 'refund')
        and order_id is not null
        and (
            {{ is_full }}
            or order_id in (select touched.order_id from {{ ref('int_orders_touched') }} as touched)
        )
),

described as (
    select
        *,
        coalesce({{ array_length('items') }}, 0) > 0 as has_items,
        {{ items_bought('items') }} as items_bought,
        coalesce(
            stated_value,
            case when product_id is null and coalesce({{ array_length('items') }}, 0) = 0 then price end
        ) as stated_amount
    from reported
    where
        order_id not in (select tills.order_id from {{ ref('stg_pos__orders') }} as tills)
        and order_id not in (select tills.order_id from {{ ref('stg_pos__sales') }} as tills)
),

-- a page loaded again tells the same again: under another id, at another time, its items in another order
distinguished as (
    select
        feed,
        order_id,
        event_name,
        product_id,
        quantity,
        price,
        has_items,
        stated_amount,
        currency,
        first_reported_at,
        {{ hashed_id([
            'feed', 'order_id', 'event_name', 'product_id', 'quantity', 'price', 'items_bought', 'stated_amount',
            'currency'
        ]) }} as order_event_id,
        min(category) as category,
        {{ earliest_value('items', 'occurred_at') }} as items,
        {{ earliest_value('visitor_id_clickstream', 'occurred_at') }} as visitor_id_clickstream,
        {{ earliest_value('user_id_clickstream', 'occurred_at') }} as user_id_clickstream,
        min(occurred_at) as occurred_at
    from described
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
),

-- beside an event that lists the whole basket, one for each of its items would say it twice
telling as (
    select
        *,
        max(event_name = 'purchase') over (partition by order_id) as is_purchased,
        max(has_items) over (partition by feed, order_id, event_name) as is_itemized,
        sum(
            case when has_items then {{ array_length('items') }} when product_id is not null then 1 else 0 end
        ) over (partition by feed, order_id, event_name, has_items) as line_count
    from distinguished
),

final as (
    select
        *,
        dense_rank() over (partition by order_id, event_name order by line_count desc, feed asc) as feed_rank
    from telling
    where is_purchased and (has_items or not is_itemized)
)

select {{ all_but(['feed_rank', 'is_purchased', 'is_itemized', 'line_count']) }}
from final
where feed_rank = 1
