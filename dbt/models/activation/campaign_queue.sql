-- where caps leave room for fewer messages than are due, campaigns of lower priority numbers go first
with ranked as (
    select
        *,
        exit_reason is null and refusal is null as is_open,
        row_number() over (
            partition by
                customer_id, exit_reason is null and refusal is null, cast(greatest(due_at, as_of) as date)
            order by priority, due_at, campaign, step
        ) as place
    from {{ ref('int_campaign_steps_judged') }}
),

final as (
    select
        campaign,
        step,
        customer_id,
        template,
        offer,
        began_at,
        due_at,
        case
            when exit_reason is not null then 'exited'
            when not is_open or place > most_per_day then 'suppressed'
            else 'due'
        end as status,
        coalesce(
            exit_reason,
            refusal,
            case when place > most_per_day then 'another message that day' end
        ) as reason
    from ranked
)

select
    final.*,
    night.started_at as computed_at,
    night.run_id
from final
cross join {{ ref('stg_operations__current_night') }} as night
