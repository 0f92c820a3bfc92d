{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key=['feed', 'order_id'],
    on_schema_change='fail', pre_hook="{{ delete_changed('order_id', ref('int_orders_touched')) }}"
) }}
-- every order is rated each night, and those are written that are new or whose rate is another; a rate holds
-- from its day on, and not for ever: what is older than this is a delivery that stopped
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
),

final as (
    select
        rated.*,
        rated.total_amount * rated.rate_to_base as total_amount_in_base_currency,
        rated.net_amount * rated.rate_to_base as net_amount_in_base_currency,
        {{ build_number() }} as build_number
    from rated
    {% if is_incremental() -%}
    left join {{ this }} as present
        on rated.feed = present.feed and rated.order_id = present.order_id
    where
        present.order_id is null
        or present.rate_date is distinct from rated.rate_date
        or present.rate_to_base is distinct from rated.rate_to_base
    {%- endif %}
)

select * from final
