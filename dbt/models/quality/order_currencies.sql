with orders as (
    select
        currency,
        count(*) as orders,
        count(*) filter (where total_amount is not null and rate_to_base is null) as orders_without_rate,
        min(ordered_at) as first_ordered_at,
        max(ordered_at) as last_ordered_at
    from {{ ref('int_orders_converted') }}
    group by 1
)

select
    orders.currency,
    orders.currency is null or currencies.is_base as is_base,
    case
        when orders.currency is null then 'no currency given: taken as the base currency'
        when currencies.base_reason is not null then currencies.base_reason
        when currencies.has_rates then 'brought to the base currency at exchange rates'
        else 'no exchange rates, and not the base currency'
    end as reason,
    orders.orders,
    orders.orders_without_rate,
    orders.first_ordered_at,
    orders.last_ordered_at
from orders
left join {{ ref('int_currencies_classified') }} as currencies on orders.currency = currencies.currency
