-- what held for the customers of `asked_customers` (customer_id, held_at, known_at) at an instant, by what was known
-- at another; whose a decision is, is what the night says
with considered as (
    select history.*
    from {{ ref('customer_consent_history') }} as history
    inner join asked_customers as asked on history.customer_id = asked.customer_id
    where history.decided_at <= asked.held_at and history.known_at <= asked.known_at
),

decisions as (
    select
        customer_id,
        purpose,
        {%- for column in ['status', 'decided_at', 'known_at', 'kind'] %}
        max_by({{ column }}, {{ weight_of_decision() }}) as {{ column }},
        {%- endfor %}
        purpose as decided_purpose
    from considered
    group by 1, 2
),

customers as (
    select customer_id
    from asked_customers
),

{{ consents_held(['known_at', 'kind', 'decided_purpose']) }}

select * from held
