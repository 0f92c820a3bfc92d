{%- set inactivity_minutes = 30 -%}
with events as (
    select
        arrival_number,
        feed,
        visitor_id_clickstream,
        session_id_clickstream,
        occurred_at,
        lag(occurred_at) over (
            partition by feed, visitor_id_clickstream, session_id_clickstream order by occurred_at
        ) as previous_occurred_at
    from {{ ref('int_events_deduplicated') }}
),

-- a pause longer than the limit opens a session; one of exactly the limit does not
started as (
    select
        *,
        max(
            case
                when
                    previous_occurred_at is null
                    or occurred_at > {{ add_minutes('previous_occurred_at', inactivity_minutes) }}
                    then occurred_at
            end
        ) over (
            partition by feed, visitor_id_clickstream, session_id_clickstream order by occurred_at
        ) as inferred_started_at
    from events
),

final as (
    select
        arrival_number,
        case
            when session_id_clickstream is not null
                then {{ hashed_id(['feed', 'visitor_id_clickstream', "'given'", 'session_id_clickstream']) }}
            else {{ hashed_id(['feed', 'visitor_id_clickstream', "'inferred'", 'inferred_started_at']) }}
        end as session_id
    from started
)

select * from final
