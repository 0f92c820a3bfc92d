{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ delete_changed('customer_id', ref('int_interested_customers_changed')) }}"
) }}
-- n interactions, each a step v <- (1 - r) v + r e: the i-th has moved v by r (1 - r)^(n - i), and the first,
-- which found no interests and was normalized to 1, by (1 - r)^(n - 1)
with interactions as (
    select
        customer_id,
        category,
        case when category is null then product_id end as product_id,
        row_number() over (partition by customer_id order by occurred_at, event_id) as place,
        count(*) over (partition by customer_id) as interaction_count
    from {{ ref('fct_events') }}
    {{ where_changed('customer_id', ref('int_interested_customers_changed'), shows_interest()) }}
),

weighed as (
    select
        interactions.customer_id,
        interactions.category,
        interactions.product_id,
        case when interactions.place = 1 then 1 else settings.interest_rate end
        * power(1 - settings.interest_rate, interactions.interaction_count - interactions.place) as weight
    from interactions
    cross join {{ ref('stg_operations__warehouse_settings') }} as settings
)

select
    customer_id,
    category,
    product_id,
    {{ exact_sum('weight', decimals=18) }} as interest
from weighed
group by customer_id, category, product_id
