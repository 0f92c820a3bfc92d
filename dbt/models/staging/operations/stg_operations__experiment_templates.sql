with source as (
    select * from {{ source('operations', 'experiment_templates') }}
),

renamed as (
    select
        -- ids
        experiment_id,

        -- text
        template
    from source
),

final as (
    select * from renamed
)

select * from final
