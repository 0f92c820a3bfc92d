-- the events whose facts are another than last night, each with the session it left and the one it is in now
{%- set is_full = not as_last_built('int_events_changed') %}

with records as (
    select * from {{ ref('int_records_resolved') }}
    where resolved_in_build = {{ build_number() }}
),

renamed as (
    select events.arrival_number
    from {{ ref('int_events_deduplicated') }} as events
    inner join records
        on events.feed = records.feed
        and records.record_kind = 'visitor'
        and events.visitor_id_clickstream = records.source_record_id
    union
    select events.arrival_number
    from {{ ref('int_events_deduplicated') }} as events
    inner join records
        on events.feed = records.feed
        and records.record_kind = 'user'
        and events.user_id_clickstream = records.source_record_id
),

assigned as (
    select
        arrival_number,
        session_id,
        previous_session_id
    from {{ ref('int_event_sessions_assigned') }}
    where build_number = {{ build_number() }}
),

moved as (
    select
        arrival_number,
        session_id
    from assigned
    union all
    select
        arrival_number,
        previous_session_id as session_id
    from assigned
    where previous_session_id is not null
    union all
    select
        sessions.arrival_number,
        sessions.session_id
    from {{ ref('int_event_sessions_assigned') }} as sessions
    inner join renamed on sessions.arrival_number = renamed.arrival_number
),

final as (
    select
        event_id,
        cast(null as bigint) as arrival_number,
        session_id
    from {{ ref('int_events_touched') }}
    union all
    select
        events.event_id,
        moved.arrival_number,
        moved.session_id
    from moved
    inner join {{ ref('int_events_deduplicated') }} as events on moved.arrival_number = events.arrival_number
)

select * from final
where not {{ is_full }}
