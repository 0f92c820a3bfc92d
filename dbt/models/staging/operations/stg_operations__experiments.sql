with source as (
    select * from {{ source('operations', 'experiments') }}
),

renamed as (
    select
        -- ids
        experiment_id,

        -- text
        unit,
        assigned_by,

        -- timestamps
        starts_at,
        ends_at
    from source
),

final as (
    select * from renamed
)

select * from final
