{%- set attributes = [
    'first_name', 'last_name', 'email', 'phone', 'city', 'region', 'postal_code', 'country', 'birth_date',
    'gender', 'income_band', 'loyalty_tier'
] -%}
with customers as (
    select
        customer_id,
        count(*) > 1 or max(record_kind) not in ('visitor', 'guest_order') as is_known,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from {{ ref('int_records_resolved') }}
    group by customer_id
),

latest as (
    select * from {{ ref('int_customer_attributes_latest') }}
),

contacts as (
    select * from {{ ref('int_customer_contacts_latest') }}
),

-- what a rule of identity.yml chose, which is nothing where it declares none
chosen as (
    select
        {%- for attribute in attributes %}
        max(case attribute when '{{ attribute }}' then value end) as {{ attribute }},
        {%- endfor %}
        customer_id
    from {{ ref('int_customer_attributes_chosen') }}
    group by customer_id
)

select
    customers.customer_id,
    {%- for attribute in attributes %}
    coalesce(
        chosen.{{ attribute }}
        {%- if attribute != 'email' %}, latest.{{ attribute }}{% endif %}
        {%- if attribute in ['email', 'phone'] %}, contacts.{{ attribute }}{% endif %}
    ) as {{ attribute }},
    {%- endfor %}
    customers.is_known,
    customers.first_seen_at,
    customers.last_seen_at
from customers
left join latest on customers.customer_id = latest.customer_id
left join contacts on customers.customer_id = contacts.customer_id
left join chosen on customers.customer_id = chosen.customer_id
