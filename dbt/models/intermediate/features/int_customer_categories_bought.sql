with orders as (
    select
        customer_id,
        category,
        feed,
        order_id,
        min(ordered_at) as ordered_at,
        count(*) filter (where not is_return) > 0 as is_order,
        {{ exact_sum('case when not is_return then quantity end') }} as quantity,
        {{ exact_sum('net_amount_in_base_currency') }} as revenue
    from {{ ref('int_customer_order_lines_described') }}
    group by 1, 2, 3, 4
),

final as (
    select
        customer_id,
        category,
        cast(count(*) filter (where is_order) as integer) as order_count,
        coalesce({{ exact_sum('quantity') }}, 0) as quantity,
        round(coalesce({{ exact_sum('revenue') }}, 0), 2) as revenue,
        {{ share_of('case when is_order then ' ~ is_weekend('ordered_at') ~ ' end') }} as weekend_order_share,
        max(ordered_at) filter (where is_order) as last_ordered_at
    from orders
    group by 1, 2
)

select * from final
