{# What models of identity share: the id that a record can give a customer, and which link is named first. #}

{% macro own_customer_id(record_key) -%} 'c_' || md5({{ record_key }}) {%- endmacro %}

{# Of several kinds of link the strongest is named: the smaller, the stronger. #}
{% macro rule_rank(rule) -%}
    case {{ rule }}
        when 'customer_id' then 1
        when 'user_id' then 2
        when 'loyalty_id' then 3
        when 'email' then 4
        when 'phone' then 5
        when 'email_click' then 6
        else 7
    end
{%- endmacro %}
