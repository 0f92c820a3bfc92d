with delivered_lines as (
    {{ reconciled_lines(ref('stg_pos__order_lines'), orders=ref('stg_pos__orders')) }}
    union all
    {{ reconciled_lines(ref('stg_pos__sales')) }}
),

arrived_lines as (
    select
        line_feed,
        count(*) as line_count,
        {{ exact_sum('line_amount') }} as line_amount
    from {{ ref('fct_order_lines') }}
    group by 1
),

lines as (
    select
        delivered_lines.*,
        coalesce(arrived_lines.line_count, 0) as arrived_lines,
        coalesce(arrived_lines.line_amount, 0) as arrived_amount
    from delivered_lines
    left join arrived_lines on delivered_lines.feed = arrived_lines.line_feed
),

customer_records as (
    select source || '/' || source_table as feed
    from {{ ref('customer_identities') }}
    where
        record_kind = 'customer'
        and (source || '/' || source_table, source_record_id) in (
            select (customers.feed, customers.customer_id_crm)
            from {{ ref('stg_crm__customers') }} as customers
        )
),

-- an event that names nobody tells of nobody
named_email_events as (
    select * from {{ ref('stg_email__events') }}
    where coalesce(customer_id_email, email) is not null
),

steps as (
    {{ reconciled_files() }}
    {% for staged, table in [
        (ref('stg_pos__orders'), 'pos/orders'),
        (ref('stg_pos__order_lines'), 'pos/order_lines'),
        (ref('stg_pos__sales'), 'pos/sales'),
        (ref('stg_clickstream__events'), 'clickstream/events'),
        (ref('stg_email__events'), 'email/events'),
    ] -%}
    union all
    {{ reconciled_rows(staged, table) }}
    {% endfor -%}
    {% for staged, mart, names, measure in [
        (ref('stg_pos__orders'), ref('fct_orders'), 'order_id', 'orders'),
        (ref('stg_pos__sales'), ref('fct_orders'), 'order_id', 'orders'),
        (ref('stg_clickstream__events'), ref('fct_events'), 'event_id', 'events'),
        ('named_email_events', ref('fct_email_events'), 'event_id', 'events'),
        (ref('stg_crm__customers'), 'customer_records', 'customer_id_crm', 'customers'),
    ] -%}
    union all
    {{ reconciled_things(staged, mart, names, measure) }}
    {% endfor -%}
    union all
    {{ reconciled_order_amounts() }}
    {% for measure, part in [('order lines', 'lines'), ('line amounts', 'amount')] -%}
    union all
    select
        feed,
        'staging to marts' as step,
        '{{ measure }}' as measure,
        delivered_{{ part }} as entered,
        superseded_{{ part }} as superseded,
        0 as repeated,
        waiting_{{ part }} as left_out,
        arrived_{{ part }} as arrived
    from lines
    {% endfor -%}
),

settled as (
    select
        feed,
        step,
        measure,
        cast(entered as double) as entered,
        cast(superseded as double) as superseded,
        cast(repeated as double) as repeated,
        cast(left_out as double) as left_out,
        round(cast(entered - superseded - repeated - left_out as double), 6) as expected,
        cast(arrived as double) as arrived
    from steps
)

select
    *,
    -- amounts of many orders are added up as decimals of six places, and taken apart as doubles
    abs(expected - arrived) <= 0.005 + 1e-9 * abs(expected) as is_reconciled
from settled
