{%- set attributes = [
    'first_name', 'last_name', 'city', 'region', 'postal_code', 'country', 'birth_date', 'gender',
    'income_band', 'loyalty_tier'
] -%}
with records as (
    select * from {{ ref('int_records_resolved') }}
),

customers as (
    select
        customer_id,
        count(*) > 1 or max(record_kind) not in ('visitor', 'guest_order') as is_known,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from records
    group by 1
),

profiles as (
    select
        records.customer_id,
        {%- for attribute in attributes %}
        {{ latest_value('crm.' ~ attribute, 'records.last_seen_at') }} as {{ attribute }},
        {%- endfor %}
        {{ latest_value('crm.phone', 'records.last_seen_at') }} as phone
    from {{ ref('stg_crm__customers') }} as crm
    inner join records
        on crm.feed = records.feed
        and records.record_kind = 'customer'
        and crm.customer_id_crm = records.source_record_id
    group by 1
),

contacts as (
    select
        records.customer_id,
        {{ latest_value(
            "case identifiers.identifier_kind when 'email' then identifiers.identifier_value end",
            'identifiers.last_seen_at'
        ) }} as email,
        {{ latest_value(
            "case identifiers.identifier_kind when 'phone' then identifiers.identifier_value end",
            'identifiers.last_seen_at'
        ) }} as phone
    from {{ ref('int_identifiers_collected') }} as identifiers
    inner join records on identifiers.record_key = records.record_key
    where identifiers.identifier_kind in ('email', 'phone')
    group by 1
)

select
    customers.customer_id,
    profiles.first_name,
    profiles.last_name,
    contacts.email,
    coalesce(profiles.phone, contacts.phone) as phone,
    {%- for attribute in attributes[2:] %}
    profiles.{{ attribute }},
    {%- endfor %}
    customers.is_known,
    customers.first_seen_at,
    customers.last_seen_at
from customers
left join profiles on customers.customer_id = profiles.customer_id
left join contacts on customers.customer_id = contacts.customer_id
