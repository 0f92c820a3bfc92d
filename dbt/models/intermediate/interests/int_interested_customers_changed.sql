with changed as (
    select customer_id from {{ ref('int_interactions_replaced') }}
    union all
    select customer_id from {{ ref('fct_events') }}
    where
        event_id in (select events.event_id from {{ ref('int_events_changed') }} as events)
        and {{ shows_interest() }}
)

select distinct customer_id from changed
