{# A cart that is left alone for so long counts as left behind. #}
{% macro abandoned_cart_hours() -%} 2 {%- endmacro %}
