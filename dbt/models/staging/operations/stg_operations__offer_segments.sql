with source as (
    select * from {{ source('operations', 'offer_segments') }}
),

renamed as (
    select
        -- ids
        offer,
        segment,

        -- booleans
        is_excluded
    from source
),

final as (
    select * from renamed
)

select * from final
