select
    models.model_version,
    models.records,
    models.match_share,
    models.household_share,
    models.target_precision,
    models.match_probability,
    models.threshold,
    models.estimated_precision,
    models.estimated_recall,
    cast(settings.review_margin_bits as double) as review_margin_bits
from {{ ref('int_match_models_estimated') }} as models
cross join {{ ref('stg_operations__identity_settings') }} as settings
