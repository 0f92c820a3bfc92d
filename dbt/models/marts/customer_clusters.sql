select
    customer_id,
    cluster,
    label,
    distance,
    model_version
from {{ ref('stg_models_ml__customer_clusters') }}
