with source as (
    select * from {{ source('raw', 'context_observations') }}
),

renamed as (
    select
        -- ids
        _feed as feed,

        -- text
        {{ blank_to_null('country') }} as country,
        {{ blank_to_null('city') }} as city,
        lower(trim(attribute)) as attribute,
        {{ blank_to_null('value') }} as value,

        -- timestamps
        observed_date
    from source
),

final as (
    select *
    from renamed
    where observed_date <= {{ as_of() }}
)

select * from final
