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
        'decision' as kind,
        false as is_final,
        decided_at,
        file_id
    from {{ ref('stg_consents__decisions') }}
    where status in ('granted', 'denied')

    union all

    -- who unsubscribes withdraws marketing e-mail, whatever was granted before
    select
        case record_kind when 'customer' then 'customer_id' else 'email' end as namespace,
        source_record_id as identifier_value,
        'marketing_email' as purpose,
        'denied' as status,
        'unsubscribe' as kind,
        false as is_final,
        occurred_at as decided_at,
        file_id
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
        kind,
        true as is_final,
        requested_at as decided_at,
        file_id
    from {{ ref('stg_privacy__requests') }}
    cross join (values {{ denied_by_request() }}) as purposes (purpose)
    where kind in ('erase', 'restrict')
    {% endfor -%}
),

-- bytes that are read again, by another contract, were known from their first reading on
files as (
    select
        file_id,
        min(ingested_at) over (partition by content_hash) as ingested_at
    from {{ ref('stg_operations__ingested_files') }}
    where status in ('loaded', 'replaced')
),

final as (
    select
        decisions.namespace,
        decisions.identifier_value,
        decisions.purpose,
        decisions.status,
        decisions.kind,
        decisions.is_final,
        decisions.decided_at,
        files.ingested_at as known_at
    from decisions
    left join files on decisions.file_id = files.file_id
    union all
    select * from {{ ref('int_consent_suppressions_listed') }}
)

select * from final
