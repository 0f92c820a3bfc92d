{%- set attributes = [
    'first_name', 'last_name', 'city', 'region', 'postal_code', 'country', 'birth_date', 'gender',
    'income_band', 'loyalty_tier'
] -%}
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

-- a number is shown as the CRM writes it and compared in the form that all sources share
contacts as (
    select
        records.customer_id,
        identifiers.identifier_kind as attribute,
        case
            when identifiers.identifier_kind <> 'phone' or described.phone is null
                then identifiers.identifier_value
            else described.phone
        end as value,
        coalesce(identifiers.match_key, identifiers.identifier_value) as compared_as,
        identifiers.feed,
        identifiers.last_seen_at as seen_at
    from identifiers
    inner join {{ ref('int_records_resolved') }} as records on identifiers.record_key = records.record_key
    left join described on identifiers.record_key = described.record_key
),

final as (
    select * from contacts
    {%- for attribute in attributes %}
    union all
    select
        described.customer_id,
        declared.attribute,
        described.{{ attribute }} as value,
        described.{{ attribute }} as compared_as,
        described.feed,
        described.seen_at
    from described
    inner join declared on declared.attribute = '{{ attribute }}'
    where described.{{ attribute }} is not null
    {%- endfor %}
)

select * from final
