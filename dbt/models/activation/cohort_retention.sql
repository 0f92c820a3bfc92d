-- the month of a customer's first order is the cohort; every month since then has a row, whoever bought in it
with orders as (
    select
        customer_id,
        {{ first_of_month('ordered_at') }} as order_month
    from {{ ref('fct_orders') }}
    where not is_return
    group by 1, 2
),

cohorts as (
    select
        customer_id,
        min(order_month) as cohort_month
    from orders
    group by 1
),

sizes as (
    select
        cohort_month,
        {{ months_between('cohort_month', as_of()) }} as months_so_far,
        count(*) as customers
    from cohorts
    group by 1
),

months as (
    {{ number_series(0, '(select coalesce(max(sizes.months_so_far), 0) from sizes)') }}
),

active as (
    select
        cohorts.cohort_month,
        {{ months_between('cohorts.cohort_month', 'orders.order_month') }} as months_since,
        count(*) as customers
    from cohorts
    inner join orders on cohorts.customer_id = orders.customer_id
    group by 1, 2
)

select
    sizes.cohort_month,
    cast(months.number as integer) as months_since,
    cast(sizes.customers as integer) as customers,
    cast(coalesce(active.customers, 0) as integer) as active_customers,
    coalesce(active.customers, 0) / cast(sizes.customers as double) as retention_rate,
    night.started_at as computed_at,
    night.run_id
from sizes
inner join months on sizes.months_so_far >= months.number
left join active
    on sizes.cohort_month = active.cohort_month and months.number = active.months_since
cross join {{ ref('stg_operations__current_night') }} as night
