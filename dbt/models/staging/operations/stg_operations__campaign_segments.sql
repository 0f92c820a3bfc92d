with source as (
    select * from {{ source('operations', 'campaign_segments') }}
),

renamed as (
    select
        -- ids
        campaign,
        segment,

        -- booleans
        is_excluded
    from source
),

final as (
    select * from renamed
)

select * from final
