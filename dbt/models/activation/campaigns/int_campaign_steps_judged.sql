-- each message that the last week or the next day would bring, and the first reason that speaks against it
with steps as (
    select
        enrolments.campaign,
        steps.step,
        enrolments.customer_id,
        enrolments.began_at,
        steps.template,
        steps.offer,
        {{ plus_hours('enrolments.began_at', 'steps.after_hours') }} as due_at,
        campaigns.priority,
        campaigns.holdout,
        campaigns.expires_hours,
        campaigns.most_per_day,
        campaigns.most_per_week,
        campaigns.is_mailed
    from {{ ref('int_campaign_enrolments_found') }} as enrolments
    inner join {{ ref('stg_operations__campaigns') }} as campaigns on enrolments.campaign = campaigns.campaign
    inner join {{ ref('stg_operations__campaign_steps') }} as steps on enrolments.campaign = steps.campaign
),

-- what was due before the first night that Kindred sent for another tool had sent
first_mailed as (
    select
        sent.sent_at is not null as has_mailed,
        max(nights.as_of) as as_of
    from (select min(messages.sent_at) as sent_at from {{ ref('int_messages_sent') }} as messages) as sent
    left join {{ ref('stg_operations__segment_nights') }} as nights on sent.sent_at >= nights.as_of
    group by 1
),

night as (
    select
        night.as_of,
        first_mailed.has_mailed,
        max(nights.as_of) as previous_as_of,
        max(case when nights.as_of < first_mailed.as_of then nights.as_of end) as before_mailed_as_of
    from {{ ref('stg_operations__current_night') }} as night
    cross join first_mailed
    left join {{ ref('stg_operations__segment_nights') }} as nights on night.as_of > nights.as_of
    group by 1, 2
),

-- of a message that several beginnings would bring the latest counts
latest as (
    select
        steps.*,
        night.as_of,
        case
            when steps.is_mailed and night.has_mailed then night.before_mailed_as_of else night.previous_as_of
        end as settled_until,
        row_number() over (
            partition by steps.campaign, steps.step, steps.customer_id order by steps.began_at desc
        ) as place
    from steps
    cross join night
    where
        steps.due_at <= {{ add_days('night.as_of', 1) }}
        and {{ plus_hours('steps.due_at', 'steps.expires_hours') }} > {{ add_days('night.as_of', -7) }}
),

final as (
    select
        latest.{{ all_but(['place']) }},
        sent.status as sent_status,
        sent.sent_at,
        latest.step = 1 or coalesce(step_before.status <> 'refused', false) as is_step_before_sent,
        endings.ended_at,
        case when endings.ended_at is not null then endings.reason end as exit_reason,
        case
            when sent.status = 'refused' then 'refused by the mail server'
            when {{ hashed_share(['latest.campaign', 'latest.customer_id']) }} < latest.holdout
                then 'held out for comparison'
            when coalesce(customers.email not like '%@%', true) then 'no address'
            when coalesce(consents.status, 'denied') <> 'granted' then 'no consent to marketing by e-mail'
            when not customers.is_personalizable then 'against personalization'
            when {{ plus_hours('latest.due_at', 'latest.expires_hours') }} <= latest.as_of then 'too late'
            when latest.due_at <= latest.settled_until then 'due in an earlier night'
        end as refusal
    from latest
    inner join {{ ref('content_variables') }} as customers on latest.customer_id = customers.customer_id
    left join {{ ref('int_campaign_exits_found') }} as endings
        on latest.campaign = endings.campaign
        and latest.customer_id = endings.customer_id
        and latest.began_at = endings.began_at
    left join {{ ref('int_messages_sent') }} as sent
        on latest.campaign = sent.campaign
        and latest.step = sent.step
        and latest.customer_id = sent.customer_id
        and latest.began_at = sent.began_at
    left join {{ ref('int_messages_sent') }} as step_before
        on latest.campaign = step_before.campaign
        and latest.step = step_before.step + 1
        and latest.customer_id = step_before.customer_id
        and latest.began_at = step_before.began_at
    left join {{ ref('customer_consents') }} as consents
        on latest.customer_id = consents.customer_id and consents.purpose = 'marketing_email'
    where latest.place = 1
)

select * from final
