-- the base is the one currency of the orders that has no rates, unless another one's rate is 1 throughout;
-- where two have none, neither is taken for it
with orders as (
    select currency
    from {{ ref('int_orders_unioned') }}
    where currency is not null
    group by 1
),

rates as (
    select
        currency,
        min(rate_to_base) = 1 and max(rate_to_base) = 1 as is_stated_base
    from {{ ref('stg_context__exchange_rates') }}
    group by 1
),

joined as (
    select
        orders.currency,
        rates.currency is not null as has_rates,
        sum(case when rates.currency is null then 1 else 0 end) over () as unrated_currencies
    from orders
    left join rates on orders.currency = rates.currency
),

known as (
    select count(*) filter (where is_stated_base) as stated_bases
    from rates
),

final as (
    select
        joined.currency,
        not joined.has_rates and joined.unrated_currencies = 1 and known.stated_bases = 0 as is_base
    from joined
    cross join known
)

select * from final
