-- what somebody asks by, as raw_identifiers has it. asked_person: one row of customer_id, email and phone
{% for column in ('customer_id', 'email', 'phone') -%}
select
    '{{ column }}' as namespace,
    {{ asked_match_key(column) }} as match_key
from asked_person
where {{ column }} is not null
{% if not loop.last %}union all
{% endif -%}
{% endfor %}
