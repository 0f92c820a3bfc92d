{# How sure it is that two records are of one person because they share an identifier: a prior, before it is known how
   many persons it names. Customer and user ids are issued to one person each. #}
{% macro identifier_probability(namespace, is_role_address) -%}
    case
        when {{ is_role_address }} then 0.5
        when {{ namespace }} in ('customer_id', 'visitor_id') then 0.999
        when {{ namespace }} in ('loyalty_id', 'national_id') then 0.99
        when {{ namespace }} = 'email' then 0.98
        else 0.9
    end
{%- endmacro %}

{# In bits; 0 is as likely as not. #}
{% macro probability_to_weight(probability) -%} log2(({{ probability }}) / (1 - ({{ probability }}))) {%- endmacro %}
{% macro weight_to_probability(weight) -%} 1 / (1 + power(2, -({{ weight }}))) {%- endmacro %}

{# The most persons that may share an identifier before it says nothing of any of them. #}
{% macro most_customers(namespace, settings) -%}
    case {{ namespace }}
        when 'email' then {{ settings }}.most_customers_per_email
        when 'phone' then {{ settings }}.most_customers_per_phone
        when 'loyalty_id' then {{ settings }}.most_customers_per_loyalty_id
        when 'national_id' then {{ settings }}.most_customers_per_national_id
    end
{%- endmacro %}

{# The first record of a group, on each of its rows; a visitor who clicked comes first only among their like, so that what
   others share is not taken for a click. #}
{% macro first_of_group(record_key, identifier_kind, group) -%}
    min_by({{ record_key }}, row({{ identifier_kind }} = 'email_click', {{ record_key }})) over (partition by {{ group }})
{%- endmacro %}

{% macro joined_texts(text, order_by) -%} string_agg({{ text }}, '|' order by {{ order_by }}) {%- endmacro %}
