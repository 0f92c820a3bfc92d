with source as (
    select * from {{ source('operations', 'sent_messages') }}
),

renamed as (
    select
        -- ids
        message_id,
        customer_id,

        -- text
        campaign,
        template,
        variant_id,
        status,

        -- numerics
        step,

        -- timestamps
        began_at,
        sent_at
    from source
),

-- what is sent once a night has ended is not seen by it, however often it is run
final as (
    select *
    from renamed
    where sent_at < {{ as_of() }}
)

select * from final
