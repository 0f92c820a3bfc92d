with source as (
    select * from {{ source('operations', 'nicknames') }}
),

renamed as (
    select
        -- text
        nickname,
        root
    from source
),

final as (
    select * from renamed
)

select * from final
