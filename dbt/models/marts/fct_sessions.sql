{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ delete_changed('session_id', ref('int_events_changed')) }}"
) }}
-- where a session came from is what its first event that knows it says; whose it is, what its last event says
select
    session_id,
    any_value(feed) as feed,
    any_value(visitor_id) as visitor_id,
    max_by(customer_id, row(occurred_at, event_id)) as customer_id,
    {%- for column in ['device_type', 'utm_source', 'utm_medium', 'utm_campaign'] %}
    min_by({{ column }}, row(occurred_at, event_id)) filter (where {{ column }} is not null) as {{ column }},
    {%- endfor %}
    count(*) as event_count,
    min(occurred_at) as started_at,
    max(occurred_at) as ended_at
from {{ ref('fct_events') }}
{{ where_changed('session_id', ref('int_events_changed')) }}
group by session_id
