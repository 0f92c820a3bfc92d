with source as (
    select * from {{ source('models_ml', 'customer_clusters') }}
),

renamed as (
    select
        -- ids
        customer_id,
        cluster,
        model_version,

        -- text
        label,

        -- numerics
        distance
    from source
),

final as (
    select * from renamed
)

select * from final
