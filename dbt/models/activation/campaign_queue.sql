-- where caps leave room for fewer messages than are due, campaigns of lower priority numbers go first
with judged as (
    select * from {{ ref('int_campaign_steps_judged') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by customer_id, cast(greatest(due_at, as_of) as date)
            order by priority, due_at, campaign, step
        ) as place
    from judged
    where exit_reason is null and refusal is null
),

final as (
    select
        judged.campaign,
        judged.step,
        judged.customer_id,
        judged.template,
        judged.offer,
        judged.began_at,
        judged.due_at,
        case
            when judged.exit_reason is not null then 'exited'
            when judged.refusal is not null or ranked.place > judged.most_per_day then 'suppressed'
            else 'due'
        end as status,
        coalesce(
            judged.exit_reason,
            judged.refusal,
            case when ranked.place > judged.most_per_day then 'another message that day' end
        ) as reason
    from judged
    left join ranked
        on judged.campaign = ranked.campaign
        and judged.step = ranked.step
        and judged.customer_id = ranked.customer_id
)

select
    final.*,
    night.started_at as computed_at,
    night.run_id
from final
cross join {{ ref('stg_operations__current_night') }} as night
