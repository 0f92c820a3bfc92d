-- a rate holds from its day on, and not for ever: what is older than this is a delivery that stopped
{%- set oldest_rate_days = 31 %}

with orders as (
    select * from {{ ref('int_orders_unioned') }}
),

rates as (
    select * from {{ ref('stg_context__exchange_rates') }}
),

currencies as (
    select * from {{ ref('int_currencies_classified') }}
),

rated as (
    select
        orders.*,
        rates.rate_date,
        case
            when orders.currency is null or currencies.is_base then 1.0
            when {{ days_between('rates.rate_date', 'orders.ordered_at') }} <= {{ oldest_rate_days }}
                then rates.rate_to_base
        end as rate_to_base
    from orders
    {{ asof_left_join(
        'rates', key='currency', left_key='orders.currency',
        right_time='rate_date', left_time='cast(orders.ordered_at as date)'
    ) }}
    left join currencies on orders.currency = currencies.currency
)

select
    *,
    total_amount * rate_to_base as total_amount_in_base_currency,
    net_amount * rate_to_base as net_amount_in_base_currency
from rated
