-- what customers were sent before the night, by who they are now; what a kill left half sent may have arrived
with messages as (
    select
        sent.campaign,
        sent.step,
        coalesce(aliases.current_customer_id, sent.customer_id) as customer_id,
        sent.began_at,
        sent.sent_at,
        case sent.status when 'sent' then 'sent' when 'sending' then 'unknown' else 'refused' end as status
    from {{ ref('stg_operations__sent_messages') }} as sent
    left join {{ ref('customer_id_aliases') }} as aliases on sent.customer_id = aliases.customer_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by campaign, step, customer_id, began_at
            order by case status when 'sent' then 1 when 'unknown' then 2 else 3 end, sent_at
        ) as place
    from messages
),

final as (
    select {{ all_but(['place']) }}
    from ranked
    where place = 1
)

select * from final
