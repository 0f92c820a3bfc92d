with source as (
    select * from {{ source('operations', 'tracking_plan') }}
),

renamed as (
    select
        -- text
        event_name,
        parameter,
        parameter_type,

        -- booleans
        is_column
    from source
),

final as (
    select * from renamed
)

select * from final
