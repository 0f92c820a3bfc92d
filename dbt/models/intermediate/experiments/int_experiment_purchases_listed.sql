-- purchases and refunds that name their order, each once: of visitors as the site reports them, of customers
-- as orders
with wanted as (
    select distinct event_name from {{ ref('int_experiment_events_wanted') }}
),

orders as (
    select
        *,
        case when is_return then 'refund' else 'purchase' end as event_name
    from {{ ref('fct_orders') }}
),

lines as (
    select
        feed,
        order_id,
        {{ exact_sum('quantity') }} as quantity,
        {{ exact_sum('unit_price') }} as price
    from {{ ref('fct_order_lines') }}
    group by 1, 2
),

reported as (
    select * from {{ ref('int_experiment_orders_reported') }}
),

-- where two tills have given one number, a page does not say which is meant
numbered as (
    select
        order_id,
        min(net_amount_in_base_currency) as revenue,
        bool_or(is_return) as is_return
    from orders
    group by 1
    having count(*) = 1
),

valued as (
    select
        reported.*,
        coalesce(numbered.is_return, false) as is_return,
        coalesce(
            case when reported.event_name = 'purchase' then numbered.revenue end,
            {{ event_parameter_number('value', 'reported.parameters') }},
            reported.amount
        ) as revenue
    from reported
    left join numbered on reported.order_id = numbered.order_id
),

told as (
    select
        event_name,
        order_id,
        {{ earliest_value('parameters', 'occurred_at') }} as parameters,
        min(occurred_at) as occurred_at
    from reported
    group by 1, 2
)

-- what was sent back altogether was no purchase
select
    'visitor' as unit,
    visitor_id as unit_key,
    event_name,
    occurred_at,
    revenue,
    price,
    quantity,
    parameters
from valued
where visitor_id is not null and not (event_name = 'purchase' and is_return)
union all
select
    'customer' as unit,
    customer_id as unit_key,
    event_name,
    occurred_at,
    revenue,
    price,
    quantity,
    parameters
from valued
where customer_id is not null and event_name = 'refund' and not is_return
union all
select
    'customer' as unit,
    orders.customer_id as unit_key,
    orders.event_name,
    case when orders.is_return then coalesce(told.occurred_at, orders.ordered_at) else orders.ordered_at end
        as occurred_at,
    orders.net_amount_in_base_currency as revenue,
    lines.price,
    lines.quantity,
    told.parameters
from orders
left join lines on orders.feed = lines.feed and orders.order_id = lines.order_id
left join told on orders.event_name = told.event_name and orders.order_id = told.order_id
where orders.customer_id is not null and orders.event_name in (select wanted.event_name from wanted)
