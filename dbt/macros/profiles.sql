{# How many entries a list in a customer's profile has at most; there are fewer purposes of consent than that. #}
{% macro profile_limits() -%}
    {{ return({'activities': 20, 'interests': 10, 'consents': 10}) }}
{%- endmacro %}
