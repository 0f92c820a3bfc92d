with source as (
    select * from {{ source('raw', 'enrichment_attributes') }}
),

renamed as (
    select
        -- ids
        _feed as feed,
        {{ repaired_id('customer_id') }} as customer_id_enrichment,

        -- text
        {{ normalized_email('email') }} as email,
        {{ blank_to_null('phone') }} as phone,
        {{ blank_to_null('provider') }} as provider,
        lower(trim(attribute)) as attribute,
        {{ blank_to_null('value') }} as value,

        -- timestamps
        observed_at
    from source
),

final as (
    select *
    from renamed
    where observed_at <= {{ as_of() }}
)

select * from final
