{# A folder's schema is its layer's name as it stands: no target prefix, so that asset prefix = schema =
   layer. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
