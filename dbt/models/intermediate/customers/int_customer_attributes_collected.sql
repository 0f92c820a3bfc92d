{%- set attributes = {
    'first_name': 'first_name', 'last_name': 'last_name', 'city': 'city', 'region': 'region',
    'postal_code': 'postal_code', 'country': 'country', 'birth_date': 'birth_date', 'gender': 'gender',
    'income_band': 'income_band', 'loyalty_tier': 'loyalty_tier', 'phone': 'coalesce(phone_normalized, phone)'
} -%}
with declared as (
    select distinct attribute
    from {{ ref('stg_operations__survivorship_rules') }}
    where rule <> 'most_recent'
),

described as (
    select * from {{ ref('int_customer_records_described') }}
),

identifiers as (
    select identifiers.*
    from {{ ref('int_identifiers_collected') }} as identifiers
    inner join declared on identifiers.identifier_kind = declared.attribute
    where identifiers.identifier_kind in ('email', 'phone')
),

contacts as (
    select
        records.customer_id,
        identifiers.identifier_kind as attribute,
        identifiers.identifier_value as value,
        identifiers.identifier_value as compared_as,
        identifiers.feed,
        identifiers.last_seen_at as seen_at
    from identifiers
    inner join {{ ref('int_records_resolved') }} as records on identifiers.record_key = records.record_key
    left join described
        on identifiers.record_key = described.record_key and identifiers.identifier_kind = 'phone'
    -- the CRM's own spelling of a number is collected below
    where described.phone is null
),

final as (
    select * from contacts
    {%- for attribute, compared_as in attributes.items() %}
    union all
    select
        described.customer_id,
        declared.attribute,
        described.{{ attribute }} as value,
        {{ compared_as }} as compared_as,
        described.feed,
        described.seen_at
    from described
    inner join declared on declared.attribute = '{{ attribute }}'
    where described.{{ attribute }} is not null
    {%- endfor %}
)

select * from final
