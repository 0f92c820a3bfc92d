{# The priority stands once, in the segment's meta; the lowest number is the strongest. #}
{% macro segment_priority() -%}
    cast({{ model.config.get('meta', {}).get('priority', 0) }} as integer)
{%- endmacro %}
