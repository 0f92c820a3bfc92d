with source as (
    select * from {{ source('operations', 'erasures') }}
),

renamed as (
    select
        -- ids
        erasure_id,

        -- numerics
        rows_erased,

        -- timestamps
        requested_at,
        recorded_at,
        erased_at
    from source
),

final as (
    select * from renamed
)

select * from final
