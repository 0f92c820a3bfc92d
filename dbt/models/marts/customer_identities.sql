select
    source,
    source_table,
    record_kind,
    source_record_id,
    customer_id,
    matched_by,
    cast(match_probability as double) as match_probability,
    first_seen_at,
    last_seen_at
from {{ ref('int_records_resolved') }}
