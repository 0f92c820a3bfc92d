with source as (
    select * from {{ source('operations', 'sensitive_attributes') }}
),

renamed as (
    select attribute
    from source
),

final as (
    select * from renamed
)

select * from final
