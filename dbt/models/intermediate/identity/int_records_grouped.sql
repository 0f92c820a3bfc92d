select
    record_key,
    any_value(feed) as feed,
    any_value(record_kind) as record_kind,
    any_value(source_record_id) as source_record_id,
    min(first_seen_at) as first_seen_at,
    max(last_seen_at) as last_seen_at
from {{ ref('int_identifiers_collected') }}
group by 1
