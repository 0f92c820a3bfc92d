-- clicks come from events and visits, orders from tills and sites: none may count twice on the way
with earned as (
    select
        sum(orders) as orders,
        sum(revenue) as revenue,
        count(*) filter (
            where clicked > shown or converted > clicked or converted > orders
        ) as impossible_rows
    from {{ ref('content_performance') }}
),

ordered as (
    select
        count(*) as orders,
        sum(case when net_amount_in_base_currency > 0 then net_amount_in_base_currency else 0 end) as revenue
    from {{ ref('fct_orders') }}
    where not is_return
)

select
    earned.orders,
    earned.revenue,
    earned.impossible_rows,
    ordered.orders as all_orders,
    ordered.revenue as all_revenue
from earned
cross join ordered
where
    earned.orders > ordered.orders
    or earned.revenue > ordered.revenue * 1.000001
    or earned.impossible_rows > 0
