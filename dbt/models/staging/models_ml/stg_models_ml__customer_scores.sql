with source as (
    select * from {{ source('models_ml', 'customer_scores') }}
),

renamed as (
    select
        -- ids
        customer_id,
        model_version,

        -- numerics
        purchase_probability_30_days,
        churn_probability,
        value_12_months
    from source
),

final as (
    select * from renamed
)

select * from final
