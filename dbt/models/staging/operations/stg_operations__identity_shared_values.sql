with source as (
    select * from {{ source('operations', 'identity_shared_values') }}
),

-- in the form that records give them
renamed as (
    select distinct
        -- text
        identifier_kind,
        coalesce(
            case identifier_kind
                when 'email' then {{ normalized_email('identifier_value') }}
                when 'phone' then {{ normalized_phone('identifier_value') }}
            end,
            trim(identifier_value)
        ) as identifier_value
    from source
),

final as (
    select * from renamed
)

select * from final
