-- of the messages that nothing speaks against, those for which caps leave room
with judged as (
    select
        *,
        greatest(due_at, as_of) as goes_at,
        exit_reason is null and refusal is null and sent_status is null as is_open
    from {{ ref('int_campaign_steps_judged') }}
),

-- where Kindred sends, a step goes after the one before it, or is planned after one that is planned
followed as (
    select
        *,
        not is_mailed
        or is_step_before_sent
        or coalesce(
            bool_and(is_open) over (
                partition by campaign, customer_id, began_at order by step
                rows between unbounded preceding and 1 preceding
            ),
            false
        ) as is_next
    from judged
),

recent as (
    select
        followed.campaign,
        followed.step,
        followed.customer_id,
        count(
            case when cast(sent.sent_at as date) = cast(followed.goes_at as date) then 1 end
        ) as sent_that_day,
        count(*) as sent_that_week
    from followed
    inner join {{ ref('int_messages_sent') }} as sent on followed.customer_id = sent.customer_id
    where sent.status <> 'refused' and {{ add_days('sent.sent_at', 7) }} > followed.goes_at
    group by 1, 2, 3
),

-- where there is room for fewer messages than are due, campaigns of lower priority numbers go first
ranked as (
    select
        followed.*,
        coalesce(recent.sent_that_week, 0) as sent_that_week,
        row_number() over (
            partition by
                followed.customer_id, followed.is_open and followed.is_next, cast(followed.goes_at as date)
            order by followed.priority, followed.due_at, followed.campaign, followed.step
        ) + coalesce(recent.sent_that_day, 0) <= followed.most_per_day as has_room_that_day
    from followed
    left join recent
        on followed.campaign = recent.campaign
        and followed.step = recent.step
        and followed.customer_id = recent.customer_id
),

final as (
    select
        {{ all_but(['refusal', 'has_room_that_day', 'sent_that_week', 'goes_at', 'is_open', 'is_next']) }},
        case
            when not is_open then refusal
            when not is_next then 'the step before it was not sent'
            when not has_room_that_day then 'another message that day'
            when row_number() over (
                partition by customer_id, is_open and is_next and has_room_that_day
                order by cast(goes_at as date), priority, due_at, campaign, step
            ) + sent_that_week > most_per_week then 'enough messages that week'
        end as refusal
    from ranked
)

select * from final
