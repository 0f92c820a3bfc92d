with source as (
    select * from {{ source('operations', 'segment_performance') }}
),

renamed as (
    select
        -- ids
        run_id,

        -- text
        segment,

        -- numerics
        customers,
        orders_30_days,
        revenue_30_days,
        conversion_rate_30_days,
        email_click_rate_30_days,

        -- timestamps
        as_of
    from source
),

final as (
    select * from renamed
)

select * from final
