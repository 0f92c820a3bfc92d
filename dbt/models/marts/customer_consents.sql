{%- set default_statuses = {
    'analytics': 'granted', 'personalization': 'granted', 'marketing_email': 'denied',
    'advertising': 'denied', 'sale_or_sharing': 'denied'
} -%}
with decisions as (
    select * from {{ ref('int_consent_decisions_resolved') }}
),

purposes as (
    {% for purpose, status in default_statuses.items() -%}
    select '{{ purpose }}' as purpose, '{{ status }}' as default_status
    {% if not loop.last %}union all
    {% endif %}
    {%- endfor %}
),

-- an anonymous visitor counts once they have decided anything
customers as (
    select customer_id
    from {{ ref('dim_customers') }}
    where is_known
    union
    select customer_id
    from decisions
)

select
    customers.customer_id,
    purposes.purpose,
    coalesce(decisions.status, purposes.default_status) as status,
    decisions.status is null as is_default,
    decisions.decided_at
from customers
cross join purposes
left join decisions
    on customers.customer_id = decisions.customer_id and purposes.purpose = decisions.purpose
