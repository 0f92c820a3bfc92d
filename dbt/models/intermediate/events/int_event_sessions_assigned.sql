{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key='arrival_number',
    on_schema_change='fail', pre_hook="{{ delete_changed('arrival_number', ref('int_events_touched')) }}"
) }}
{%- set inactivity_minutes = 30 -%}
{%- set columns = [
    'arrival_number', 'feed', 'visitor_id_clickstream', 'session_id_clickstream', 'occurred_at'
] | join(',\n        ') %}

with written as (
    select
        {{ columns }}
    from {{ ref('int_events_deduplicated') }}
    {% if is_incremental() -%}
    where build_number = {{ build_number() }}
    {%- endif %}
),

{% if is_incremental() -%}
-- an inferred session may end up otherwise where an event came or went in it or within the limit of its ends
moments as (
    select
        {{ columns }}
    from written
    where session_id_clickstream is null
    union all
    select
        {{ columns }}
    from {{ ref('int_events_touched') }}
    where session_id_clickstream is null and arrival_number is not null
),

present as (
    select * from {{ this }}
    where
        session_id_clickstream is null
        and visitor_id_clickstream in (select visitor_id_clickstream from moments)
),

present_sessions as (
    select
        session_id,
        feed,
        visitor_id_clickstream,
        {{ add_minutes('min(occurred_at)', -inactivity_minutes) }} as begins_at,
        {{ add_minutes('max(occurred_at)', inactivity_minutes) }} as ends_at
    from present
    group by 1, 2, 3
),

reopened as (
    select distinct present_sessions.session_id
    from present_sessions
    inner join moments
        on present_sessions.feed = moments.feed
        and present_sessions.visitor_id_clickstream = moments.visitor_id_clickstream
        and moments.occurred_at between present_sessions.begins_at and present_sessions.ends_at
),

{% endif -%}
events as (
    select
        {{ columns }},
        cast(null as {{ text_type() }}) as previous_session_id
    from written
    {% if is_incremental() -%}
    union all
    select
        {{ columns }},
        session_id as previous_session_id
    from present
    where session_id in (select session_id from reopened)
    {% endif -%}
),

{{ with_inferred_start('events', inactivity_minutes) }},

final as (
    select
        {{ columns }},
        case
            when session_id_clickstream is not null
                then {{ hashed_id(['feed', 'visitor_id_clickstream', "'given'", 'session_id_clickstream']) }}
            else {{ hashed_id(['feed', 'visitor_id_clickstream', "'inferred'", 'inferred_started_at']) }}
        end as session_id,
        previous_session_id,
        {{ build_number() }} as build_number
    from started
)

select * from final
where session_id is distinct from previous_session_id
