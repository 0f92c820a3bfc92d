{# Where columns lie between 0 and 1, the same in every night and for nothing else: to draw a share of customers by. #}
{% macro hashed_share(columns) -%}
    (cast(concat('0x', substr({{ hashed_id(columns) }}, 1, 8)) as bigint) / 4294967296.0)
{%- endmacro %}
