with source as (
    select * from {{ source('operations', 'imputation_rules') }}
),

renamed as (
    select
        -- text
        attribute,
        method,
        known
    from source
),

final as (
    select * from renamed
)

select * from final
