with source as (
    select * from {{ source('operations', 'identity_truth') }}
),

renamed as (
    select
        -- ids
        record_key,
        person
    from source
),

final as (
    select * from renamed
)

select * from final
