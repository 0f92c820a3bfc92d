{# When a customer's state changes: the only place that says so. #}
{% macro lifecycle_limits() -%}
    {{ return({
        'new_days': 30, 'at_risk_days': 90, 'lapsed_days': 365, 'loyal_orders': 4, 'loyal_days': 365
    }) }}
{%- endmacro %}
