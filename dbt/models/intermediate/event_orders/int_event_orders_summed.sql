with events as (
    select * from {{ ref('int_order_events_chosen') }}
),

listed as (
    select
        order_event_id,
        {{ exact_sum('abs(line_amount)') }} as listed_amount,
        sum(abs(quantity)) as quantity
    from {{ ref('int_event_order_lines_unpacked') }}
    group by 1
),

-- a value that all events of an order state alike, and that is more than each one's own lines, is the whole
-- order's; else each event adds its own
summed as (
    select
        events.order_id,
        events.event_name,
        min(events.feed) as feed,
        max(events.currency) as currency,
        sum(listed.quantity) as quantity,
        case
            when
                min(events.stated_amount) = max(events.stated_amount)
                and bool_and(events.stated_amount > coalesce(listed.listed_amount, 0))
                then max(events.stated_amount)
            else {{ exact_sum('coalesce(events.stated_amount, listed.listed_amount)') }}
        end as amount,
        {{ earliest_value('events.visitor_id_clickstream', 'events.occurred_at') }} as visitor_id_clickstream,
        {{ earliest_value('events.user_id_clickstream', 'events.occurred_at') }} as user_id_clickstream,
        min(events.first_reported_at) as ordered_at
    from events
    left join listed on events.order_event_id = listed.order_event_id
    group by 1, 2
),

-- a refund that names no items is of its value, or of everything; one that names as many as were bought too
settled as (
    select
        purchases.*,
        refunds.amount as refunded_amount,
        refunds.order_id is not null
        and coalesce(
            refunds.quantity >= purchases.quantity, refunds.amount >= purchases.amount, true
        ) as is_cancelled
    from summed as purchases
    left join summed as refunds
        on purchases.order_id = refunds.order_id
        and refunds.event_name = 'refund'
    where purchases.event_name = 'purchase'
),

final as (
    select
        feed,
        order_id,
        user_id_clickstream,
        visitor_id_clickstream,
        currency,
        'web' as channel,
        case when is_cancelled then 'refunded' end as status,
        case
            when is_cancelled then amount
            else amount - coalesce(refunded_amount, 0)
        end as total_amount,
        is_cancelled,
        ordered_at
    from settled
)

select * from final
