-- a product is of the category and brand that it is of tonight
with final as (
    select
        lines.customer_id,
        lines.feed,
        lines.order_id,
        coalesce(products.category, 'unknown') as category,
        products.brand,
        lines.quantity,
        coalesce(lines.discount_amount, 0) > 0 as is_discounted,
        lines.is_return,
        {{ net_amount('lines.line_amount_in_base_currency', 'lines.is_return') }}
            as net_amount_in_base_currency,
        lines.ordered_at
    from {{ ref('fct_order_lines') }} as lines
    left join {{ ref('dim_products') }} as products on lines.product_id = products.product_id
    where lines.customer_id is not null
)

select * from final
