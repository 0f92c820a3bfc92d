with brands as (
    select
        customer_id,
        brand,
        count(distinct row(feed, order_id)) as order_count,
        {{ exact_sum('quantity') }} as quantity
    from {{ ref('int_customer_order_lines_described') }}
    where not is_return and brand is not null
    group by 1, 2
),

preferred_brands as (
    select
        customer_id,
        min_by(brand, row(-order_count, -quantity, brand)) as preferred_brand
    from brands
    group by 1
),

preferred_categories as (
    select
        customer_id,
        min_by(category, row(-order_count, -quantity, category)) as preferred_category
    from {{ ref('int_customer_categories_bought') }}
    where order_count > 0 and category <> 'unknown'
    group by 1
),

discounts as (
    select
        customer_id,
        {{ share_of('case when not is_return then is_discounted end') }} as discounted_line_share
    from {{ ref('int_customer_order_lines_described') }}
    group by 1
),

final as (
    select
        discounts.customer_id,
        discounts.discounted_line_share,
        preferred_categories.preferred_category,
        preferred_brands.preferred_brand
    from discounts
    left join preferred_categories on discounts.customer_id = preferred_categories.customer_id
    left join preferred_brands on discounts.customer_id = preferred_brands.customer_id
)

select * from final
