with source as (
    select * from {{ source('operations', 'campaigns') }}
),

renamed as (
    select
        -- ids
        campaign,

        -- text
        trigger_segment,
        trigger_event,

        -- numerics
        holdout,
        expires_hours,
        priority,
        most_per_day,
        most_per_week,
        again_after_days,

        -- booleans
        is_mailed,
        ends_with_purchase,
        ends_with_segment
    from source
),

final as (
    select * from renamed
)

select * from final
