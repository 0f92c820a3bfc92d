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

-- of rows that the night wrote, what stood before them tells the session that they left
written as (
    select
        event_id,
        arrival_number
    from {{ ref('int_events_deduplicated') }}
    where build_number = {{ build_number() }}
),

assigned as (
    select
        arrival_number,
        session_id,
        previous_session_id
    from {{ ref('int_event_sessions_assigned') }}
    where build_number = {{ build_number() }}
),

older as (
    select arrival_number from renamed
    union
    select arrival_number from assigned
    where previous_session_id is not null
),

stood as (
    select
        event_id,
        arrival_number
    from {{ ref('int_events_deduplicated') }}
    where arrival_number in (select arrival_number from older)
),

stood_in as (
    select
        arrival_number,
        session_id
    from {{ ref('int_event_sessions_assigned') }}
    where arrival_number in (select arrival_number from older)
),

final as (
    select
        event_id,
        cast(null as bigint) as arrival_number,
        session_id
    from {{ ref('int_events_touched') }}
    union all
    select
        written.event_id,
        written.arrival_number,
        assigned.session_id
    from written
    inner join assigned on written.arrival_number = assigned.arrival_number
    union all
    select
        stood.event_id,
        stood.arrival_number,
        stood_in.session_id
    from stood
    inner join stood_in on stood.arrival_number = stood_in.arrival_number
    union all
    select
        stood.event_id,
        stood.arrival_number,
        assigned.previous_session_id as session_id
    from stood
    inner join assigned on stood.arrival_number = assigned.arrival_number
    where assigned.previous_session_id is not null
)

select * from final
where not {{ is_full }}
