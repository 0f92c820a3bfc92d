-- ids that stand more than once are few: only those are ranked, the rest passes through
with events as (
    select * from {{ ref('stg_clickstream__events') }}
),

repeated as (
    select
        event_id,
        min(arrival_number) as first_arrival_number
    from events
    group by 1
    having count(*) > 1
),

final as (
    select events.*
    from events
    left join repeated on events.event_id = repeated.event_id
    where repeated.event_id is null or events.arrival_number = repeated.first_arrival_number
)

select * from final
