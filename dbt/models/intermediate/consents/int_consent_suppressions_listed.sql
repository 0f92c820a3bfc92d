{%- set identifiers = {'email': mailbox('email'), 'phone': 'phone_normalized', 'record': 'record_key'} -%}
-- a line means whoever has any of what it names; when it was written is noted nowhere: it counts as known
-- since it was decided
{% for namespace, identifier in identifiers.items() -%}
select
    '{{ namespace }}' as namespace,
    {{ identifier }} as identifier_value,
    purpose,
    'denied' as status,
    'suppression' as kind,
    true as is_final,
    decided_at,
    decided_at as known_at
from {{ ref('stg_operations__suppressions') }}
where
    {{ identifier }} is not null
    and decided_at <= {{ as_of() }}
    and (until_date is null or until_date >= cast({{ as_of() }} as date))
{% if not loop.last -%}
union all
{% endif -%}
{% endfor %}
