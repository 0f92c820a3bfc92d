-- whom an id that a customer once had means now
with registered as (
    select
        {{ own_customer_id('record_key') }} as customer_id,
        case when is_there or heir_key is not null then customer_id end as current_customer_id
    from {{ ref('int_records_registered') }}
    where has_named_customer
)

select
    customer_id,
    current_customer_id
from registered
where current_customer_id is null or current_customer_id <> customer_id
