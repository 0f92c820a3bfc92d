select
    events.event_id,
    events.feed,
    records.customer_id,
    events.campaign_id,
    events.message_id,
    events.event_name,
    events.campaign_kind,
    events.url,
    events.occurred_at
from {{ ref('int_email_events_deduplicated') }} as events
left join {{ ref('int_records_resolved') }} as records
    on events.feed = records.feed
    and events.record_kind = records.record_kind
    and events.source_record_id = records.source_record_id
