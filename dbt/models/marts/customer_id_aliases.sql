select
    {{ own_customer_id('record_key') }} as customer_id,
    case when bearer_key is not null then customer_id end as current_customer_id
from {{ ref('int_records_registered') }}
where has_named_customer
