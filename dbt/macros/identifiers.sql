{# What records are linked by; the one list of it. kind: what a link by it is called, see `rule_rank`. namespace: where its
   values are looked for. column: of int_person_mentions_unioned. probability: how sure it is that two records are of one
   person because they share it, a prior, before it is known how many persons it names; customer and user ids are issued
   to one person each. most: how many customers may share it before it says nothing of any of them, a number or a key of
   identity.yml. What has no column int_identifiers_collected collects in ways of its own. #}
{% macro identifiers() -%}
    {{- return([
        {'kind': 'customer_id', 'namespace': 'customer_id', 'column': 'source_customer_id', 'probability': 0.999},
        {'kind': 'user_id', 'namespace': 'customer_id', 'column': 'source_user_id', 'probability': 0.999},
        {'kind': 'loyalty_id', 'namespace': 'loyalty_id', 'column': 'source_loyalty_id', 'probability': 0.99,
            'most': 'most_customers_per_loyalty_id'},
        {'kind': 'email', 'namespace': 'email', 'column': 'email', 'probability': 0.98,
            'most': 'most_customers_per_email'},
        {'kind': 'email_click', 'namespace': 'email', 'column': 'clicked_email', 'probability': 0.98},
        {'kind': 'email_click', 'namespace': 'customer_id', 'column': 'clicked_customer_id', 'probability': 0.999},
        {'kind': 'national_id', 'namespace': 'national_id', 'column': 'national_id', 'probability': 0.99,
            'most': 'most_customers_per_national_id'},
        {'kind': 'visitor_id', 'namespace': 'visitor_id', 'column': 'source_visitor_id', 'probability': 0.999},
        {'kind': 'phone', 'namespace': 'phone', 'probability': 0.9, 'most': 'most_customers_per_phone'},
        {'kind': 'order_id', 'namespace': 'order_id', 'probability': 0.9},
    ]) -}}
{%- endmacro %}

{# Those that are the values of a column as they are. #}
{% macro plain_identifiers() -%}
    {{- return(identifiers() | selectattr('column', 'defined') | list) -}}
{%- endmacro %}

{# The first of each namespace. #}
{% macro identifier_namespaces() -%}
    {%- set found = {} -%}
    {%- for identifier in identifiers() -%}
        {%- do found.setdefault(identifier.namespace, identifier) -%}
    {%- endfor -%}
    {{- return(found.values() | list) -}}
{%- endmacro %}

{# The prior of a link; desks and families share what looks like a role. #}
{% macro identifier_probability(namespace, is_role_address) -%}
    case
        when {{ is_role_address }} then 0.5
        {%- for known in identifier_namespaces() %}
        when {{ namespace }} = '{{ known.namespace }}' then {{ known.probability }}
        {%- endfor %}
    end
{%- endmacro %}

{# The most customers that may share an identifier; null where any number may. #}
{% macro most_customers(namespace, settings) -%}
    case {{ namespace }}
        {%- for known in identifier_namespaces() if known.most is defined %}
        when '{{ known.namespace }}' then {{ known.most if known.most is number else settings ~ '.' ~ known.most }}
        {%- endfor %}
    end
{%- endmacro %}
