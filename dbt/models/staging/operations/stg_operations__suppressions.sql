with source as (
    select * from {{ source('operations', 'suppressions') }}
),

renamed as (
    select
        -- ids
        record_key,

        -- text
        {{ normalized_email('email') }} as email,
        {{ normalized_phone('phone') }} as phone_normalized,
        purpose,
        reason,

        -- numerics
        line,

        -- dates
        until_date,

        -- timestamps
        decided_at
    from source
),

final as (
    select * from renamed
)

select * from final
