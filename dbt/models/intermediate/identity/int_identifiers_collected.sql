with mentions as (
    select
        *,
        feed || '|' || record_kind || '|' || source_record_id as record_key
    from {{ ref('int_person_mentions_unioned') }}
),

phones as (
    select * from {{ ref('int_phones_normalized') }}
),

-- an order id links nothing; it stands for a guest order that carries no other identifier
identifiers as (
    {% for identifier in plain_identifiers() + [
        {'kind': 'order_id', 'namespace': 'order_id',
            'column': "case when record_kind = 'guest_order' then source_record_id end"}
    ] -%}
    select
        record_key,
        feed,
        record_kind,
        source_record_id,
        '{{ identifier.kind }}' as identifier_kind,
        '{{ identifier.namespace }}' as namespace,
        {{ identifier.column }} as identifier_value,
        cast(null as {{ text_type() }}) as phone_key,
        first_seen_at,
        last_seen_at
    from mentions
    where {{ identifier.column }} is not null
    union all

    {% endfor -%}
    select
        mentions.record_key,
        mentions.feed,
        mentions.record_kind,
        mentions.source_record_id,
        'phone' as identifier_kind,
        'phone' as namespace,
        coalesce({{ normalized_phone('mentions.phone') }}, phones.match_key) as identifier_value,
        phones.match_key as phone_key,
        mentions.first_seen_at,
        mentions.last_seen_at
    from mentions
    inner join phones
        on mentions.phone = phones.phone and mentions.dialling_country = phones.dialling_country
),

-- a clickstream user id and a customer id are one namespace; a record's key says its feed, kind and id
collected as (
    select
        record_key,
        any_value(feed) as feed,
        any_value(record_kind) as record_kind,
        any_value(source_record_id) as source_record_id,
        identifier_kind,
        min(namespace) as namespace,
        identifier_value,
        min(phone_key) as phone_key,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from identifiers
    where identifier_value is not null
    group by record_key, identifier_kind, identifier_value
),

final as (
    select
        {{ all_but(['phone_key']) }},
        case namespace
            when 'email' then {{ email_match_key('identifier_value') }}
            when 'phone' then phone_key
            when 'national_id' then {{ national_id_match_key('identifier_value') }}
            else identifier_value
        end as match_key,
        namespace = 'email' and {{ is_role_address('identifier_value') }} as is_role_address
    from collected
)

select * from final
