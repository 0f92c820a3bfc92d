with source as (
    select * from {{ source('raw', 'products_reviews') }}
),

renamed as (
    select
        -- ids
        _feed as feed,
        {{ repaired_id('product_id') }} as product_id,
        {{ repaired_id('customer_id') }} as customer_id_products,

        -- text
        {{ normalized_email('email') }} as email,
        {{ blank_to_null('review_text') }} as review_text,

        -- numerics
        rating,

        -- timestamps
        reviewed_at
    from source
),

final as (
    select *
    from renamed
    where reviewed_at <= {{ as_of() }}
)

select * from final
