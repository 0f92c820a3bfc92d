{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ delete_changed('visitor_id_clickstream', ref('int_visitors_touched')) }}"
) }}
-- whoever is on the site already does not arrive: of a session only the first moment
with arrivals as (
    select
        session_id,
        min(occurred_at) as arrived_at
    from {{ ref('int_event_sessions_assigned') }}
    {{ where_changed('visitor_id_clickstream', ref('int_visitors_touched')) }}
    group by 1
),

first_events as (
    select assigned.arrival_number
    from {{ ref('int_event_sessions_assigned') }} as assigned
    inner join arrivals
        on assigned.session_id = arrivals.session_id and assigned.occurred_at = arrivals.arrived_at
),

-- a page that a search or another campaign led to is no landing of an e-mail
final as (
    select
        arrival_number,
        feed,
        visitor_id_clickstream,
        occurred_at,
        {{ page_address('page_url') }} as page,
        case when utm_medium is not null or utm_source is not null then lower(utm_campaign) end as campaign
    from {{ ref('int_events_deduplicated') }}
    where
        arrival_number in (select first_events.arrival_number from first_events)
        and {{ may_come_from_email() }}
)

select * from final
