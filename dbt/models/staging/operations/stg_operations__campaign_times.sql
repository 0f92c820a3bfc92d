with source as (
    select * from {{ source('operations', 'campaign_times') }}
),

renamed as (
    select
        -- ids
        campaign,

        -- numerics
        weekday,
        hour
    from source
),

final as (
    select * from renamed
)

select * from final
