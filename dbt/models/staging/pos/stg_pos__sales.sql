with source as (
    select * from {{ source('raw', 'pos_sales') }}
),

renamed as (
    select
        -- ids
        _feed as feed,
        {{ repaired_id('order_id') }} as order_id,
        {{ repaired_id('line_id') }} as line_id,
        {{ repaired_id('product_id') }} as product_id,
        {{ repaired_id('customer_id') }} as customer_id_pos,
        {{ repaired_id('loyalty_id') }} as loyalty_id_pos,
        {{ repaired_id('store_id') }} as store_id,

        -- text
        {{ blank_to_null('product_name') }} as product_name,
        {{ blank_to_null('category') }} as category,
        {{ normalized_email('email') }} as email,
        {{ blank_to_null('phone') }} as phone,
        {{ currency_code('currency') }} as currency,
        lower({{ blank_to_null('channel') }}) as channel,
        lower({{ blank_to_null('status') }}) as status,

        -- numerics
        quantity,
        unit_price,
        discount_amount,
        quantity * unit_price - coalesce(discount_amount, 0) as line_amount,
        _file_id as file_id,
        _row_number as file_row_number,

        -- booleans
        {{ is_cancelled('status') }} as is_cancelled,

        -- timestamps
        ordered_at
    from source
),

final as (
    select *
    from renamed
    where order_id is not null and ordered_at <= {{ as_of() }}
)

select * from final
