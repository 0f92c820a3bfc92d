-- purchases and refunds that a site reports with their order, for each visitor that did
with wanted as (
    select distinct event_name from {{ ref('int_experiment_events_wanted') }}
),

-- a page loaded again tells the same line again
reported_lines as (
    select
        event_name,
        order_id,
        visitor_id,
        product_id,
        {{ believable_number('price') }} as price,
        {{ believable_number('quantity') }} as quantity,
        {{ earliest_value('parameters', 'occurred_at') }} as parameters,
        min(customer_id) as customer_id,
        min(occurred_at) as occurred_at
    from {{ ref('fct_events') }}
    where
        event_name in ('purchase', 'refund')
        and event_name in (select wanted.event_name from wanted)
        and order_id is not null
    group by 1, 2, 3, 4, 5, 6
),

final as (
    select
        event_name,
        order_id,
        visitor_id,
        {{ earliest_value('parameters', 'occurred_at') }} as parameters,
        {{ exact_sum('price') }} as price,
        {{ exact_sum('quantity') }} as quantity,
        {{ exact_sum('price * coalesce(quantity, 1)') }} as amount,
        min(customer_id) as customer_id,
        min(occurred_at) as occurred_at
    from reported_lines
    group by 1, 2, 3
)

select * from final
