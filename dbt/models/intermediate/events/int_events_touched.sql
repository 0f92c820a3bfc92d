-- depends_on: {{ ref('stg_operations__changed_files') }}, {{ ref('stg_operations__current_build') }}
-- an event is touched by a delivery of its id and by the loss of the file that its row came from; beside it
-- stands what the last build made of it, which is about to go
{%- set before = as_last_built('int_events_deduplicated') -%}
{%- set columns = [
    'event_id', 'arrival_number', 'feed', 'visitor_id_clickstream', 'session_id_clickstream', 'order_id', 'occurred_at'
] %}

with delivered as (
    {% if before -%}
    {{ arrived(ref('stg_clickstream__events'), 'event_id', ['occurred_at']) }}
    {% else -%}
    select event_id from {{ ref('stg_clickstream__events') }}
    where false
    {% endif -%}
),

arrivals as (
    select distinct event_id from delivered
),

present as (
    {% if before -%}
    select
        {{ columns | join(',\n        ') }},
        true as is_lost,
        is_repeated
    from {{ before }}
    where file_id in {{ removed_files() }}
    union all
    select
        {{ columns | join(',\n        ') }},
        false as is_lost,
        is_repeated
    from {{ before }}
    where
        arrival_number in (
            select stood.arrival_number from {{ before }} as stood
            where stood.event_id in (select arrivals.event_id from arrivals)
        )
        and file_id not in {{ removed_files() }}
    {% else -%}
    select
        {{ columns | join(',\n        ') }},
        false as is_lost,
        false as is_repeated
    from {{ ref('stg_clickstream__events') }}
    where false
    {% endif -%}
),

sessions as (
    {% if before -%}
    select
        arrival_number,
        session_id
    from {{ as_last_built('int_event_sessions_assigned') }}
    {% else -%}
    select
        arrival_number,
        session_id_clickstream as session_id
    from present
    {% endif -%}
),

final as (
    select
        coalesce(arrivals.event_id, present.event_id) as event_id,
        {%- for column in columns[1:] %}
        present.{{ column }},
        {%- endfor %}
        present.is_lost,
        present.is_repeated,
        sessions.session_id
    from arrivals
    full outer join present on arrivals.event_id = present.event_id
    left join sessions on present.arrival_number = sessions.arrival_number
)

select * from final
