with source as (
    select * from {{ source('operations', 'campaign_steps') }}
),

renamed as (
    select
        -- ids
        campaign,
        step,

        -- text
        template,
        offer,

        -- numerics
        after_hours
    from source
),

final as (
    select * from renamed
)

select * from final
