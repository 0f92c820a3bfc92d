select
    customer_id,
    purchase_probability_30_days,
    churn_probability,
    value_12_months,
    model_version
from {{ ref('stg_models_ml__customer_scores') }}
