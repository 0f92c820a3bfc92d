-- the base is the currency without rates that most of such orders are in, unless another one's rate is 1
-- throughout: a stray order in a second one then has no rate, where two of a size leave the base open
with orders as (
    select
        currency,
        count(*) as order_count
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
        2 * orders.order_count
        > sum(case when rates.currency is null then orders.order_count else 0 end) over () as is_in_majority
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
        not joined.has_rates and joined.is_in_majority and known.stated_bases = 0 as is_base
    from joined
    cross join known
)

select * from final
