{%- set attributes = [
    'first_name', 'last_name', 'city', 'region', 'postal_code', 'country', 'birth_date', 'gender',
    'income_band', 'loyalty_tier', 'phone'
] -%}
select
    records.customer_id,
    records.record_key,
    records.feed,
    {%- for attribute in attributes %}
    crm.{{ attribute }},
    {%- endfor %}
    records.last_seen_at as seen_at
from {{ ref('stg_crm__customers') }} as crm
inner join {{ ref('int_records_resolved') }} as records
    on crm.feed = records.feed
    and records.record_kind = 'customer'
    and crm.customer_id_crm = records.source_record_id
