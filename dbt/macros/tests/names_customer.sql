{# customer_id is never null and always a customer of dim_customers, in one test. #}
{% test names_customer(model, column_name) %}
    select facts.{{ column_name }}
    from {{ model }} as facts
    left join {{ ref('dim_customers') }} as customers on facts.{{ column_name }} = customers.customer_id
    where customers.customer_id is null
{% endtest %}
