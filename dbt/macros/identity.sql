{# What models of identity share: the id that a record can give a customer, and which link is named first. #}

{% macro own_customer_id(record_key) -%} 'c_' || md5({{ record_key }}) {%- endmacro %}

{# Of several kinds of link the strongest is named: the smaller, the stronger. #}
{% macro rule_rank(rule) -%}
    case {{ rule }}
        when 'customer_id' then 1
        when 'user_id' then 2
        when 'include' then 3
        when 'national_id' then 4
        when 'loyalty_id' then 5
        when 'email' then 6
        when 'probabilistic' then 7
        when 'phone' then 8
        when 'visitor' then 9
        when 'email_click' then 10
        else 11
    end
{%- endmacro %}
