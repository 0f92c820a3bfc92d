{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key='arrival_number',
    on_schema_change='fail', pre_hook="{{ delete_changed('arrival_number', ref('int_events_touched')) }}"
) }}
{%- set inactivity_minutes = 30 -%}
{%- set columns = [
    'arrival_number', 'feed', 'visitor_id_clickstream', 'session_id_clickstream', 'campaign', 'occurred_at'
] | join(',\n        ') %}

with written as (
    select
        arrival_number,
        feed,
        visitor_id_clickstream,
        session_id_clickstream,
        {{ event_campaign() }} as campaign,
        occurred_at
    from {{ ref('int_events_deduplicated') }}
    {% if is_incremental() -%}
    where build_number = {{ build_number() }}
    {%- endif %}
),

{% if is_incremental() -%}
moments as (
    select
        feed,
        visitor_id_clickstream,
        occurred_at
    from written
    where session_id_clickstream is null
    union all
    select
        feed,
        visitor_id_clickstream,
        occurred_at
    from {{ ref('int_events_touched') }}
    where session_id_clickstream is null and arrival_number is not null
),

present as (
    select * from {{ this }}
    where
        session_id_clickstream is null
        and visitor_id_clickstream in (select visitor_id_clickstream from moments)
),

{{ with_reopened_sessions('present', 'moments', inactivity_minutes) }},

{% endif -%}
unassigned as (
    select
        {{ columns }},
        cast(null as {{ text_type() }}) as previous_session_id
    from written
    where session_id_clickstream is null
    {% if is_incremental() -%}
    union all
    select
        {{ columns }},
        session_id as previous_session_id
    from present
    where session_id in (select session_id from reopened)
    {% endif -%}
),

{{ with_inferred_start('unassigned', inactivity_minutes) }},

final as (
    select
        {{ columns }},
        {{ hashed_id(['feed', 'visitor_id_clickstream', "'inferred'", 'inferred_started_at']) }}
            as session_id,
        previous_session_id,
        {{ build_number() }} as build_number
    from started
    union all
    select
        {{ columns }},
        {{ hashed_id(['feed', 'visitor_id_clickstream', "'given'", 'session_id_clickstream']) }}
            as session_id,
        cast(null as {{ text_type() }}) as previous_session_id,
        {{ build_number() }} as build_number
    from written
    where session_id_clickstream is not null
)

select * from final
where session_id is distinct from previous_session_id
