select
    erasure_id,
    requested_at,
    recorded_at,
    erased_at
from {{ ref('stg_operations__erasures') }}
