{%- set segments = ['high_value_customers', 'at_risk_customers', 'high_intent_visitors'] -%}
with memberships as (
    {% for segment in segments -%}
    select
        customer_id,
        segment,
        priority,
        entered_at
    from {{ ref(segment) }}
    {% if not loop.last %}union all
    {% endif %}
    {%- endfor %}
)

select
    memberships.customer_id,
    memberships.segment,
    row_number() over (
        partition by memberships.customer_id order by memberships.priority, memberships.segment
    ) = 1 as is_primary,
    memberships.entered_at,
    night.started_at as computed_at,
    night.run_id
from memberships
cross join {{ ref('stg_operations__current_night') }} as night
