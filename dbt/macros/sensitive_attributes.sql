{# For a condition by sensitive attributes (age, gender, income_band): true where privacy.yml switches all of them on. #}
{% macro may_go_by(attributes) -%}
    (
        select count(*) = {{ attributes | length }}
        from {{ ref('stg_operations__sensitive_attributes') }} as switched_on
        where switched_on.attribute in {{ one_of(attributes) }}
    )
{%- endmacro %}
