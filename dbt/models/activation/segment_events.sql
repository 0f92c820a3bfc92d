select
    history.customer_id,
    history.segment,
    'entered' as event,
    history.entered_at as occurred_at,
    history.entry_reason as reason,
    night.started_at as computed_at,
    night.run_id
from {{ ref('segment_history') }} as history
inner join {{ ref('stg_operations__current_night') }} as night on history.recorded_at = night.as_of
union all
select
    history.customer_id,
    history.segment,
    'exited' as event,
    history.exited_at as occurred_at,
    history.reason,
    night.started_at as computed_at,
    night.run_id
from {{ ref('segment_history') }} as history
inner join {{ ref('stg_operations__current_night') }} as night on history.exited_at = night.as_of
