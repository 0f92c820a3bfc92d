with source as (
    select * from {{ source('raw', 'pos_orders') }}
),

renamed as (
    select
        -- ids
        _feed as feed,
        {{ repaired_id('order_id') }} as order_id,
        {{ repaired_id('customer_id') }} as customer_id_pos,
        {{ repaired_id('loyalty_id') }} as loyalty_id_pos,
        {{ repaired_id('store_id') }} as store_id,

        -- text
        {{ normalized_email('email') }} as email,
        {{ blank_to_null('phone') }} as phone,
        {{ currency_code('currency') }} as currency,
        lower({{ blank_to_null('channel') }}) as channel,
        lower({{ blank_to_null('status') }}) as status,

        -- numerics
        total_amount,
        _file_id as file_id,
        _row_number as file_row_number,

        -- booleans
        {{ is_cancelled('status') }} as is_cancelled,

        -- timestamps
        ordered_at,
        updated_at
    from source
),

final as (
    select *
    from renamed
    where order_id is not null and ordered_at <= {{ as_of() }} and {{ is_seen('updated_at') }}
)

select * from final
