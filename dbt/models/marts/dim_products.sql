with catalog as (
    select * from {{ ref('stg_products__catalog') }}
),

-- what a till knows of a product: real sales first, for corrections at price 0 carry remarks as names
lines as (
    select
        lines.product_id,
        lines.product_name,
        lines.category,
        case when lines.unit_price > 0 then lines.unit_price end as price,
        case
            when lines.quantity > 0 and lines.unit_price > 0
                then coalesce(lines.ordered_at, orders.ordered_at)
        end as sold_at
    from {{ ref('int_order_lines_unioned') }} as lines
    inner join {{ ref('int_orders_unioned') }} as orders
        on lines.order_id = orders.order_id
        and split_part(lines.feed, '/', 1) = orders.source
        and lines.is_flat = orders.is_flat
    where lines.product_id is not null
),

sold as (
    select
        product_id,
        {{ latest_value('product_name', 'sold_at') }} as name,
        {{ latest_value('category', 'sold_at') }} as category,
        {{ latest_value('price', 'sold_at') }} as price
    from lines
    group by 1
)

select
    coalesce(catalog.product_id, sold.product_id) as product_id,
    coalesce(catalog.name, sold.name) as name,
    coalesce(catalog.item_type, 'product') as item_type,
    catalog.description,
    coalesce(catalog.category, sold.category) as category,
    catalog.subcategory,
    catalog.brand,
    catalog.tags,
    catalog.currency,
    catalog.image_url,
    catalog.product_url,
    coalesce(catalog.price, sold.price) as price,
    catalog.list_price,
    catalog.stock_quantity,
    catalog.product_id is not null as is_in_catalog,
    coalesce(catalog.is_active, true)
    and coalesce(catalog.available_from_date <= {{ as_of() }}, true) as is_active,
    catalog.available_from_date
from catalog
full outer join sold on catalog.product_id = sold.product_id
