select
    {%- for kind in ['email', 'phone'] %}
    {{ latest_value(
        "case identifiers.identifier_kind when '" ~ kind ~ "' then identifiers.identifier_value end",
        'identifiers.last_seen_at'
    ) }} as {{ kind }},
    {%- endfor %}
    records.customer_id
from {{ ref('int_identifiers_collected') }} as identifiers
inner join {{ ref('int_records_resolved') }} as records on identifiers.record_key = records.record_key
where identifiers.identifier_kind in ('email', 'phone')
group by records.customer_id
