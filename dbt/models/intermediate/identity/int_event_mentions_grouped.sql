{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ delete_changed('visitor_id_clickstream', ref('int_visitors_touched')) }}"
) }}
select
    feed,
    visitor_id_clickstream,
    user_id_clickstream,
    email,
    min(occurred_at) as first_seen_at,
    max(occurred_at) as last_seen_at
from {{ ref('int_events_deduplicated') }}
{{ where_changed('visitor_id_clickstream', ref('int_visitors_touched')) }}
group by 1, 2, 3, 4
