with source as (
    select * from {{ source('operations', 'undecided_consents') }}
),

renamed as (
    select
        -- text
        purpose,
        status
    from source
),

final as (
    select * from renamed
)

select * from final
