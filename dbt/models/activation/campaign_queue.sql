with final as (
    select
        campaign,
        step,
        customer_id,
        template,
        offer,
        began_at,
        due_at,
        case when sent_status in ('sent', 'unknown') then sent_at end as sent_at,
        case
            when sent_status in ('sent', 'unknown') then 'sent'
            when exit_reason is not null then 'exited'
            when refusal is not null then 'suppressed'
            else 'due'
        end as status,
        case
            when sent_status = 'sent' then null
            when sent_status = 'unknown' then 'unknown whether it arrived'
            else coalesce(exit_reason, refusal)
        end as reason
    from {{ ref('int_campaign_messages_capped') }}
)

select
    final.*,
    night.started_at as computed_at,
    night.run_id
from final
cross join {{ ref('stg_operations__current_night') }} as night
