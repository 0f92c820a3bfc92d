with decisions as (
    select
        case
            when customer_id_consents is not null then 'customer_id'
            when email is not null then 'email'
            when phone_normalized is not null then 'phone'
            else 'visitor_id'
        end as namespace,
        coalesce(customer_id_consents, email, phone_normalized, visitor_id_consents) as identifier_value,
        purpose,
        status,
        decided_at
    from {{ ref('stg_consents__decisions') }}
    where status in ('granted', 'denied')

    union all

    -- who unsubscribes withdraws marketing e-mail, whatever was granted before
    select
        case record_kind when 'customer' then 'customer_id' else 'email' end as namespace,
        source_record_id as identifier_value,
        'marketing_email' as purpose,
        'denied' as status,
        occurred_at as decided_at
    from {{ ref('int_email_events_deduplicated') }}
    where event_name in ('unsubscribe', 'unsubscribed')
),

-- a denial holds for everyone who carries the identifier, a grant only where it names one person
carriers as (
    select
        record_key,
        namespace,
        identifier_value,
        'denied' as status
    from {{ ref('int_identifiers_collected') }}
    union all
    select
        record_key,
        namespace,
        identifier_value,
        'granted' as status
    from {{ ref('int_identifiers_linkable') }}
),

final as (
    select
        records.customer_id,
        decisions.purpose,
        max_by(decisions.status, row(decisions.decided_at, decisions.status = 'denied')) as status,
        max(decisions.decided_at) as decided_at
    from decisions
    inner join carriers
        on decisions.namespace = carriers.namespace
        and decisions.identifier_value = carriers.identifier_value
        and decisions.status = carriers.status
    inner join {{ ref('int_records_resolved') }} as records on carriers.record_key = records.record_key
    group by 1, 2
)

select * from final
