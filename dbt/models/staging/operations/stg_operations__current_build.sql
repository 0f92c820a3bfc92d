with source as (
    select * from {{ source('operations', 'current_build') }}
),

renamed as (
    select
        -- numerics
        build_number,

        -- booleans
        is_look_back,

        -- timestamps
        previous_as_of
    from source
),

final as (
    select * from renamed
)

select * from final
