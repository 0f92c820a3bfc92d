with source as (
    select * from {{ source('operations', 'offers') }}
),

renamed as (
    select
        -- ids
        offer,

        -- text
        kind,
        title,
        description,
        code,
        category,
        image_url,
        url,

        -- numerics
        percent,
        amount,
        priority,
        most_customers,

        -- dates
        starts_on,
        ends_on
    from source
),

final as (
    select * from renamed
)

select * from final
