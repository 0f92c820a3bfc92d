-- which currency amounts are brought to: the one that the settings name; else the one whose rates are 1
-- throughout; else, where no rate says so, the one without rates that most of such orders are in. A stray
-- order in a second currency then has no rate, where two of a size leave the base open
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
        min(rate_to_base) = 1 and max(rate_to_base) = 1 as is_always_one
    from {{ ref('stg_context__exchange_rates') }}
    group by 1
),

settings as (
    select max(base_currency) as base_currency
    from {{ ref('stg_operations__warehouse_settings') }}
),

implied as (
    select
        count(*) filter (where is_always_one) as candidates,
        max(case when is_always_one then currency end) as currency
    from rates
),

joined as (
    select
        orders.currency,
        orders.order_count,
        settings.base_currency,
        coalesce(rates.is_always_one, false) as is_always_one,
        rates.currency is not null as has_rates,
        implied.candidates,
        case when implied.candidates = 1 then implied.currency end as implied_currency,
        rates.currency is null and 2 * orders.order_count
        > sum(case when rates.currency is null then orders.order_count else 0 end) over () as is_in_majority
    from orders
    left join rates on orders.currency = rates.currency
    cross join implied
    cross join settings
),

final as (
    select
        currency,
        has_rates,
        case
            when base_currency is not null then currency = base_currency
            when candidates > 0 then coalesce(currency = implied_currency, false)
            else is_in_majority
        end as is_base,
        case
            when currency = base_currency and has_rates and not is_always_one
                then 'named by the settings, though its own rates are not 1: they may lead elsewhere'
            when currency = base_currency then 'named by the settings'
            when base_currency is null and currency = implied_currency then 'its rates are 1 throughout'
            when base_currency is null and candidates = 0 and is_in_majority
                then 'guessed: most orders without exchange rates are in it'
        end as base_reason
    from joined
)

select * from final
