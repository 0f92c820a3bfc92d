select
    model_version,
    field,
    level,
    label,
    match_share,
    other_share,
    household_share,
    match_weight
from {{ ref('int_match_weights_listed') }}
