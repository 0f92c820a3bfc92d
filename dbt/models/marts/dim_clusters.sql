select
    cluster,
    label,
    customers,
    share,
    centroid,
    silhouette,
    drift,
    fitted_at,
    model_version
from {{ ref('stg_models_ml__clusters') }}
