{%- set longest_list = 10 -%}
-- what a customer looked at last and what still lies in their cart, as lists of products, the latest first
with touched as (
    select
        events.customer_id,
        events.product_id,
        max_by(coalesce(events.category, products.category), row(events.occurred_at, events.event_id))
            as category,
        max(case when events.event_name = 'view_item' then events.occurred_at end) as viewed_at,
        max(case when events.event_name = 'add_to_cart' then events.occurred_at end) as added_at,
        max(case when events.event_name = 'remove_from_cart' then events.occurred_at end) as removed_at
    from {{ ref('fct_events') }} as events
    left join {{ ref('dim_products') }} as products on events.product_id = products.product_id
    where
        events.customer_id is not null
        and events.product_id is not null
        and events.event_name in ('view_item', 'add_to_cart', 'remove_from_cart')
    group by 1, 2
),

purchases as (
    {{ purchases() }}
),

last_purchases as (
    select
        customer_id,
        max(purchased_at) as purchased_at
    from purchases
    group by 1
),

-- an order empties the cart
stated as (
    select
        touched.customer_id,
        touched.product_id,
        touched.category,
        touched.viewed_at,
        case
            when
                touched.added_at > coalesce(touched.removed_at, timestamp '0001-01-01')
                and touched.added_at > coalesce(last_purchases.purchased_at, timestamp '0001-01-01')
                then touched.added_at
        end as added_at
    from touched
    left join last_purchases on touched.customer_id = last_purchases.customer_id
),

placed as (
    select
        *,
        row_number() over (partition by customer_id order by viewed_at desc nulls last, product_id asc)
            as view_place,
        row_number() over (partition by customer_id order by added_at desc nulls last, product_id asc)
            as cart_place
    from stated
),

final as (
    select
        customer_id,
        max_by(category, row(viewed_at, product_id))
        filter (where viewed_at is not null and category <> 'unknown') as recent_category,
        {{ json_list_of_places(
            'case when viewed_at is not null then ' ~ json_text('to_json(product_id)') ~ ' end', 'view_place', longest_list
        ) }} as viewed_products,
        {{ json_list_of_places(
            'case when added_at is not null then ' ~ json_text('to_json(product_id)') ~ ' end', 'cart_place', longest_list
        ) }} as cart_products
    from placed
    group by 1
)

select * from final
