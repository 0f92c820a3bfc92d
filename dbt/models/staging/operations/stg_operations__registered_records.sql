with source as (
    select * from {{ source('operations', 'registered_records') }}
),

renamed as (
    select
        -- ids
        record_key,
        heir_key,
        customer_id,

        -- numerics
        record_number,

        -- booleans
        has_named_customer,
        is_there
    from source
),

final as (
    select * from renamed
)

select * from final
