-- GA4's price of an item has its discount taken off already; unit_price is the price before it, as at a till
with events as (
    select * from {{ ref('int_order_events_chosen') }}
),

items as (
    select
        {{ all_but(['items', 'product_id', 'category', 'quantity', 'price']) }},
        {{ array_elements('items') }} as item
    from events
    where has_items
),

lines as (
    select
        order_event_id,
        feed,
        order_id,
        event_name,
        currency,
        first_reported_at,
        {{ repaired_id(event_parameter('item_id', 'item')) }} as product_id,
        {{ blank_to_null(event_parameter('item_name', 'item')) }} as product_name,
        {{ blank_to_null(event_parameter('item_category', 'item')) }} as category,
        {{ event_parameter_number('quantity', 'item') }} as quantity,
        {{ event_parameter_number('price', 'item') }} as price,
        {{ event_parameter_number('discount', 'item') }} as discount
    from items

    union all

    select
        order_event_id,
        feed,
        order_id,
        event_name,
        currency,
        first_reported_at,
        product_id,
        cast(null as {{ text_type() }}) as product_name,
        category,
        quantity,
        price,
        cast(null as double) as discount
    from events
    where not has_items and product_id is not null
),

-- a refund names what came back, and its price only sometimes: then it is what was paid
signed as (
    select
        *,
        case
            when event_name = 'refund' then -abs(coalesce(quantity, 1))
            else coalesce(quantity, 1)
        end as signed_quantity,
        coalesce(price, max(case when event_name = 'purchase' then price end) over (
            partition by order_id, product_id
        )) as price_paid,
        case when price is not null then discount end as discount_paid
    from lines
)

select
    order_event_id,
    feed,
    order_id,
    event_name,
    product_id,
    product_name,
    category,
    currency,
    signed_quantity as quantity,
    price_paid + coalesce(discount_paid, 0) as unit_price,
    signed_quantity * discount_paid as discount_amount,
    signed_quantity * price_paid as line_amount,
    first_reported_at
from signed
