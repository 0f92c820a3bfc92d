-- a night that is run again replaces what it recorded itself, and one that looks back sees none of later ones
with night as (
    select
        night.as_of,
        max(nights.as_of) as previous_as_of
    from {{ ref('stg_operations__current_night') }} as night
    left join {{ ref('stg_operations__segment_nights') }} as nights on night.as_of > nights.as_of
    group by night.as_of
)

select
    history.customer_id,
    history.segment,
    history.entered_at,
    case when history.exited_at < night.as_of then history.exited_at end as exited_at,
    history.entry_reason,
    case when history.exited_at < night.as_of then history.reason else history.entry_reason end as reason,
    case
        when history.exited_at < night.as_of then history.last_seen_at
        else coalesce(night.previous_as_of, history.recorded_at)
    end as last_seen_at,
    history.recorded_at
from {{ ref('stg_operations__segment_history') }} as history
cross join night
where history.recorded_at < night.as_of
