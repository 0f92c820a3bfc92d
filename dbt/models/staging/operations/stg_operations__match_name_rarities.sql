with source as (
    select * from {{ source('operations', 'match_name_rarities') }}
),

renamed as (
    select
        -- text
        field,
        name,

        -- numerics
        rarity
    from source
),

final as (
    select * from renamed
)

select * from final
