-- every request of privacy by each identifier that it names, whatever instant the night is run for: a request is
-- carried out when it is known
{% for column in ('customer_id', 'email', 'phone') -%}
select
    {{ repaired_id('request_id') }} as request_id,
    lower(trim(kind)) as kind,
    requested_at,
    '{{ column }}' as namespace,
    {{ asked_match_key(column) }} as match_key
from {{ source('raw', 'privacy_requests') }}
where {{ column }} is not null
{% if not loop.last %}union all
{% endif -%}
{% endfor %}
