with source as (
    select * from {{ source('raw', 'products_catalog') }}
),

renamed as (
    select
        -- ids
        _feed as feed,
        {{ repaired_id('product_id') }} as product_id,

        -- text
        {{ blank_to_null('name') }} as name,
        coalesce(lower({{ blank_to_null('item_type') }}), 'product') as item_type,
        {{ blank_to_null('description') }} as description,
        {{ blank_to_null('category') }} as category,
        {{ blank_to_null('subcategory') }} as subcategory,
        {{ blank_to_null('brand') }} as brand,
        {{ blank_to_null('tags') }} as tags,
        {{ currency_code('currency') }} as currency,
        {{ blank_to_null('image_url') }} as image_url,
        {{ blank_to_null('product_url') }} as product_url,

        -- numerics
        price,
        list_price,
        stock_quantity,
        _file_id as file_id,
        _row_number as file_row_number,

        -- booleans
        is_active,

        -- timestamps
        available_from as available_from_date,
        updated_at
    from source
),

seen as (
    select
        *,
        row_number() over (
            partition by product_id
            order by updated_at desc nulls last, file_id desc, file_row_number desc
        ) as version_rank
    from renamed
    where product_id is not null and {{ is_seen('updated_at') }}
),

final as (
    select {{ all_but(['version_rank']) }}
    from seen
    where version_rank = 1
)

select * from final
