with source as (
    select * from {{ source('operations', 'identity_measures') }}
),

renamed as (
    select
        -- ids
        run_id,

        -- text
        metric,
        feed,
        record_kind,

        -- numerics
        value,

        -- timestamps
        as_of
    from source
),

final as (
    select * from renamed
)

select * from final
