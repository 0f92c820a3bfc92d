with source as (
    select * from {{ source('models_ml', 'clusters') }}
),

renamed as (
    select
        -- ids
        cluster,
        model_version,

        -- text
        label,
        centroid,

        -- numerics
        customers,
        share,
        silhouette,
        drift,

        -- timestamps
        fitted_at
    from source
),

final as (
    select * from renamed
)

select * from final
