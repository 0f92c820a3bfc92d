-- who bought since the published night
with named as (
    select
        customer_id_pos as record_id,
        null as visitor_id,
        email,
        null as phone,
        null as record_key,
        ordered_at as happened_at
    from {{ ref('stg_pos__orders') }}
    where not is_cancelled and coalesce(total_amount, 0) >= 0
    union all
    select
        customer_id_pos as record_id,
        null as visitor_id,
        email,
        null as phone,
        null as record_key,
        ordered_at as happened_at
    from {{ ref('stg_pos__sales') }}
    where not is_cancelled and quantity > 0
),

{{ customers_of('named') }}

select
    customer_id,
    max(happened_at) as happened_at
from matched
group by 1
