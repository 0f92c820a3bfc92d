with source as (
    select * from {{ source('operations', 'registered_records') }}
),

renamed as (
    select
        -- ids
        record_key,
        bearer_key,
        customer_id,

        -- numerics
        record_number,

        -- booleans
        has_named_customer
    from source
),

final as (
    select * from renamed
)

select * from final
