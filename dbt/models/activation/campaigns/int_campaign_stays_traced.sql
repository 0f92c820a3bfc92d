-- who became another by a merge stays on: what the stay began is not begun anew
with stays as (
    select * from {{ ref('segment_history') }}
),

-- a stay that a merge ended, of who they are now
ended as (
    select
        aliases.current_customer_id as customer_id,
        stays.segment,
        stays.entered_at,
        stays.exited_at
    from stays
    inner join {{ ref('customer_id_aliases') }} as aliases on stays.customer_id = aliases.customer_id
    where stays.reason = 'customer merged' and stays.entry_reason <> 'customer merged'
),

traced as (
    select
        stays.customer_id,
        stays.segment,
        stays.recorded_at,
        max_by(ended.entered_at, row(ended.exited_at, ended.entered_at)) as entered_at
    from stays
    inner join ended
        on stays.customer_id = ended.customer_id
        and stays.segment = ended.segment
        and stays.recorded_at >= ended.exited_at
    where stays.entry_reason = 'customer merged'
    group by 1, 2, 3
)

select
    stays.customer_id,
    stays.segment,
    coalesce(traced.entered_at, stays.entered_at) as began_at,
    stays.exited_at
from stays
left join traced
    on stays.customer_id = traced.customer_id
    and stays.segment = traced.segment
    and stays.recorded_at = traced.recorded_at
