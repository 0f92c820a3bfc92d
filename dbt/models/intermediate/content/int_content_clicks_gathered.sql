{{ config(materialized='table') }}
with events as (
    select * from {{ ref('int_content_events_numbered') }}
),

-- a link says which campaign it stood in, and no more: of its messages the latest
arrivals as (
    select
        sessions.session_id,
        sessions.started_at,
        max_by(events.showing_id, row(events.shown_at, events.showing_id)) as showing_id
    from {{ ref('fct_sessions') }} as sessions
    inner join events
        on sessions.customer_id = events.shown_to
        and lower(sessions.utm_campaign) = lower(events.campaign)
        and sessions.started_at >= events.shown_at
    where sessions.channel = 'email' and events.channel = 'email'
    group by 1, 2
),

clicks as (
    select
        showing_id,
        occurred_at as clicked_at
    from events
    where is_click
    union
    select
        showing_id,
        started_at as clicked_at
    from arrivals
),

showings as (
    select
        showing_id,
        any_value(shown_to) as shown_to,
        any_value(shown_at) as shown_at
    from events
    group by 1
)

select
    clicks.showing_id,
    showings.shown_to,
    showings.shown_at,
    clicks.clicked_at
from clicks
inner join showings on clicks.showing_id = showings.showing_id
