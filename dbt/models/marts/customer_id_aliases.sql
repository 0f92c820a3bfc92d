select
    customer_id,
    current_customer_id
from {{ ref('int_customer_ids_redirected') }}
