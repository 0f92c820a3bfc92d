{%- set request_identifiers = {
    'customer_id': 'customer_id_privacy', 'email': mailbox('email'), 'phone': 'phone_normalized'
} -%}
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
        false as is_final,
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
        false as is_final,
        occurred_at as decided_at
    from {{ ref('int_email_events_deduplicated') }}
    where event_name in ('unsubscribe', 'unsubscribed')

    -- who asks to be forgotten or left alone is no longer asked for more, under whatever the request names
    {% for namespace, identifier in request_identifiers.items() -%}
    union all
    select
        '{{ namespace }}' as namespace,
        {{ identifier }} as identifier_value,
        purposes.purpose,
        'denied' as status,
        true as is_final,
        requested_at as decided_at
    from {{ ref('stg_privacy__requests') }}
    cross join (values {{ denied_by_request() }}) as purposes (purpose)
    where kind in ('erase', 'restrict')
    {% endfor -%}
),

identifiers as (
    select
        identifiers.namespace,
        identifiers.identifier_value,
        coalesce(identifiers.match_key, identifiers.identifier_value) as match_key,
        records.customer_id,
        shared.record_key is null as may_grant
    from {{ ref('int_identifiers_collected') }} as identifiers
    inner join {{ ref('int_records_resolved') }} as records on identifiers.record_key = records.record_key
    left join {{ ref('int_visitors_shared') }} as shared
        on identifiers.record_key = shared.record_key and identifiers.namespace <> 'visitor_id'
),

-- a request mentions nobody, so its own writing of an address or a number may be no record's
named as (
    select
        namespace,
        identifier_value,
        match_key,
        true as is_written
    from identifiers
    union
    select
        namespace,
        match_key as identifier_value,
        match_key,
        false as is_written
    from identifiers
),

-- a denial holds for everyone who carries the identifier, a grant only where it names one person
carriers as (
    select
        namespace,
        match_key,
        customer_id,
        min(customer_id) filter (where may_grant) over (partition by namespace, match_key)
        = max(customer_id) filter (where may_grant) over (partition by namespace, match_key)
        and may_grant as may_grant
    from identifiers
),

holding as (
    select
        carriers.customer_id,
        decisions.purpose,
        decisions.status,
        decisions.decided_at,
        row(decisions.is_final, decisions.decided_at, decisions.status = 'denied') as weight
    from decisions
    inner join named
        on decisions.namespace = named.namespace and decisions.identifier_value = named.identifier_value
    inner join carriers on named.namespace = carriers.namespace and named.match_key = carriers.match_key
    where decisions.status = 'denied' or (carriers.may_grant and named.is_written)
),

final as (
    select
        customer_id,
        purpose,
        max_by(status, weight) as status,
        max_by(decided_at, weight) as decided_at
    from holding
    group by 1, 2
)

select * from final
