with source as (
    select * from {{ source('operations', 'experiment_metrics') }}
),

renamed as (
    select
        -- ids
        experiment_id,

        -- text
        metric,
        kind,
        event_name,
        value,

        -- numerics
        window_days,

        -- booleans
        is_guardrail
    from source
),

final as (
    select * from renamed
)

select * from final
