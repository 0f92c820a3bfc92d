select
    customer_id,
    purpose,
    max_by(status, {{ weight_of_decision() }}) as status,
    max_by(decided_at, {{ weight_of_decision() }}) as decided_at
from {{ ref('int_consent_decisions_carried') }}
group by 1, 2
