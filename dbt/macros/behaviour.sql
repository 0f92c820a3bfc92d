{# What models share that match visitors by what they do. #}

{# As a constant, so that engines read nothing where identity.yml does not ask for it. #}
{% macro behaviour_is_asked_for() -%}
    {%- set settings = ref('stg_operations__identity_settings') -%}
    {%- set answer = run_query('select match_visitors_by_behaviour from ' ~ settings).columns[0].values()[0] if execute -%}
    {{ 'true' if answer else 'false' }}
{%- endmacro %}

{# What two visitors are compared by; each has levels that are numbers. #}
{% macro behaviour_fields() -%} {{- return(['products', 'hours', 'device', 'place']) -}} {%- endmacro %}

{# Night, morning, afternoon and evening in UTC: 0 to 3. #}
{% macro day_quarter(moment) -%} extract(hour from {{ moment }}) // 6 {%- endmacro %}
