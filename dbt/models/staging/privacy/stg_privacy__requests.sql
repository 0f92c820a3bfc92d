with source as (
    select * from {{ source('raw', 'privacy_requests') }}
),

renamed as (
    select
        -- ids
        _feed as feed,
        {{ repaired_id('request_id') }} as request_id,
        {{ repaired_id('customer_id') }} as customer_id_privacy,

        -- text
        lower(trim(kind)) as kind,
        {{ normalized_email('email') }} as email,
        {{ normalized_phone('phone') }} as phone_normalized,

        -- numerics
        _file_id as file_id,

        -- timestamps
        requested_at
    from source
),

final as (
    select *
    from renamed
    where requested_at <= {{ as_of() }}
)

select * from final
