-- the days between one rate and the next that came too late are one range
select
    orders.currency,
    orders.rate_date as latest_rate_date,
    case
        when not currencies.has_rates then 'no rates of this currency'
        when orders.rate_date is null then 'no rate so early'
        else 'the latest rate is too old'
    end as reason,
    count(*) as orders,
    min(orders.ordered_at) as first_ordered_at,
    max(orders.ordered_at) as last_ordered_at
from {{ ref('int_orders_converted') }} as orders
left join {{ ref('int_currencies_classified') }} as currencies on orders.currency = currencies.currency
where orders.currency is not null and orders.total_amount is not null and orders.rate_to_base is null
group by 1, 2, 3
