{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key='event_id',
    on_schema_change='fail', pre_hook="{{ delete_removed_files() }}"
) }}
-- depends_on: {{ ref('stg_operations__changed_files') }}
-- of an id's rows the earliest stays, at equal times the one of the smallest digest: whichever arrived first
{%- set own = ['is_repeated', 'build_number'] %}
{%- set delivered = ref('stg_clickstream__events') %}
{%- set touched = ref('int_events_touched') %}

with events as (
    {% if is_incremental() -%}
    {{ arrived(delivered, '*', ['occurred_at']) }}
    union all
    select {{ all_but(own) }} from {{ this }}
    where arrival_number in (select arrival_number from {{ touched }})
    union all
    -- an id that lost its row has another one only where it was delivered more than once
    select * from {{ delivered }}
    where
        event_id in (
            select lost.event_id from {{ touched }} as lost
            where lost.is_lost and lost.is_repeated
        )
        and file_id not in {{ added_files() }}
        and occurred_at <= {{ previous_as_of() }}
    {% else -%}
    select * from {{ delivered }}
    {% endif -%}
),

-- ids that stand more than once are few: only those are ranked, the rest passes through
repeated as (
    select event_id
    from events
    group by 1
    having count(*) > 1
),

ranked as (
    select
        events.arrival_number,
        row_number() over (
            partition by events.event_id
            order by events.occurred_at, {{ hashed_id(event_content()) }}, events.arrival_number
        ) as place
    from events
    inner join repeated on events.event_id = repeated.event_id
),

final as (
    select
        events.*,
        ranked.place is not null
        {%- if is_incremental() %} or coalesce(touched.is_repeated, false) {%- endif %} as is_repeated,
        {{ build_number() }} as build_number
    from events
    left join ranked on events.arrival_number = ranked.arrival_number
    {% if is_incremental() -%}
    left join {{ touched }} as touched on events.event_id = touched.event_id
    {% endif -%}
    where coalesce(ranked.place, 1) = 1
)

select * from final
