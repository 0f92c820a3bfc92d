-- who is mentioned or liked asked for nothing
with {{ night_with_windows([90]) }},

final as (
    select
        records.customer_id,
        {{ count_within(90, 'interactions.occurred_at') }} as support_contacts_90_days,
        max(interactions.occurred_at) as last_support_contact_at
    from {{ ref('stg_crm__interactions') }} as interactions
    inner join {{ ref('int_records_resolved') }} as records
        on interactions.feed = records.feed
        and records.record_kind = 'customer'
        and interactions.customer_id_crm = records.source_record_id
    cross join night
    where interactions.kind not in ('mention', 'post', 'comment', 'like', 'share', 'follow')
    group by records.customer_id
)

select * from final
