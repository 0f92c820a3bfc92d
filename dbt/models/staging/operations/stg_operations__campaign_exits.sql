with source as (
    select * from {{ source('operations', 'campaign_exits') }}
),

renamed as (
    select
        -- ids
        campaign,

        -- text
        event_name
    from source
),

final as (
    select * from renamed
)

select * from final
