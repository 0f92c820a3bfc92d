with source as (
    select * from {{ source('operations', 'current_night') }}
),

renamed as (
    select
        -- ids
        run_id,

        -- timestamps
        as_of,
        started_at
    from source
),

final as (
    select * from renamed
)

select * from final
