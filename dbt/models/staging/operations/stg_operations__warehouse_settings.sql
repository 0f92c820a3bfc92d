with source as (
    select * from {{ source('operations', 'warehouse_settings') }}
),

renamed as (
    select
        -- text
        upper({{ blank_to_null('base_currency') }}) as base_currency
    from source
),

final as (
    select * from renamed
)

select * from final
