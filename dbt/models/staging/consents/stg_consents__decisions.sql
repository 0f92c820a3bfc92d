with source as (
    select * from {{ source('raw', 'consents_decisions') }}
),

renamed as (
    select
        -- ids
        _feed as feed,
        {{ repaired_id('customer_id') }} as customer_id_consents,
        {{ repaired_id('visitor_id') }} as visitor_id_consents,

        -- text
        {{ normalized_email('email') }} as email,
        {{ blank_to_null('phone') }} as phone,
        {{ normalized_phone('phone') }} as phone_normalized,
        {{ consent_purpose('purpose') }} as purpose,
        {{ consent_status('status') }} as status,
        {{ blank_to_null('source') }} as decision_source,

        -- numerics
        _file_id as file_id,

        -- timestamps
        decided_at
    from source
),

final as (
    select *
    from renamed
    where decided_at <= {{ as_of() }}
)

select * from final
