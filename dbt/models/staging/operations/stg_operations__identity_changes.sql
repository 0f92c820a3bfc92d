with source as (
    select * from {{ source('operations', 'identity_changes') }}
),

renamed as (
    select
        -- ids
        customer_id,
        previous_customer_id,
        run_id,

        -- text
        change,
        reason,

        -- numerics
        build_number,

        -- timestamps
        changed_at
    from source
),

final as (
    select * from renamed
)

select * from final
