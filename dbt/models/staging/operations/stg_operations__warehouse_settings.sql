-- an aggregate is one row, whatever the source holds; defaults as in lib/transformation/warehouse_settings
with source as (
    select * from {{ source('operations', 'warehouse_settings') }}
),

renamed as (
    select
        -- text
        upper({{ blank_to_null('max(base_currency)') }}) as base_currency,

        -- numerics
        coalesce(max(interest_rate), 0.1) as interest_rate
    from source
),

final as (
    select * from renamed
)

select * from final
