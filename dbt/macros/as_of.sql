{# The night's time comes from a table: a changed --vars would force a full parse. #}
{% macro as_of() -%}
    (select night.as_of from {{ ref('stg_operations__current_night') }} as night)
{%- endmacro %}

{# True for what the night may see: it happened at or before as_of, or it carries no time at all. #}
{% macro is_seen(happened_at) -%}
    ({{ happened_at }} is null or {{ happened_at }} <= {{ as_of() }})
{%- endmacro %}
