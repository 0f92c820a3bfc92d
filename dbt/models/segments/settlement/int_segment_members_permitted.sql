-- being in a segment is personalization: who is against it is in none, whatever conditions they meet
select
    customer_id,
    segment,
    entered_at
from {{ ref('int_segment_conditions_met') }}
where customer_id not in (
    select consents.customer_id
    from {{ ref('customer_consents') }} as consents
    where consents.purpose = 'personalization' and consents.status = 'denied'
)
