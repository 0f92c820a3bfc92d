with source as (
    select * from {{ source('operations', 'survivorship_rules') }}
),

renamed as (
    select
        -- text
        attribute,
        rule,
        feed,

        -- numerics
        feed_rank
    from source
),

final as (
    select * from renamed
)

select * from final
