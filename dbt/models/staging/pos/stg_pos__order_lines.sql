with source as (
    select * from {{ source('raw', 'pos_order_lines') }}
),

renamed as (
    select
        -- ids
        _feed as feed,
        {{ repaired_id('order_id') }} as order_id,
        {{ repaired_id('line_id') }} as line_id,
        {{ repaired_id('product_id') }} as product_id,

        -- numerics
        quantity,
        unit_price,
        discount_amount,
        quantity * unit_price - coalesce(discount_amount, 0) as line_amount,
        _file_id as file_id,
        _row_number as file_row_number
    from source
),

final as (
    select *
    from renamed
    where order_id is not null
)

select * from final
