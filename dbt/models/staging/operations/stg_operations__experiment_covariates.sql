with source as (
    select * from {{ source('operations', 'experiment_covariates') }}
),

renamed as (
    select
        -- ids
        experiment_id,

        -- text
        metric,
        event_name,
        value,

        -- numerics
        days,

        -- booleans
        is_binary
    from source
),

final as (
    select * from renamed
)

select * from final
