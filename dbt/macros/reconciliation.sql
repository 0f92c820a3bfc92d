{#
  What entered a step of the night and what came out of it, feed by feed: each macro selects feed, step, measure,
  entered, superseded, repeated, left_out and arrived. What comes out is counted at the end of the step; what explains
  the difference is counted at its beginning, never by the models in between, which may be wrong.
#}

{% macro reconciled_files() -%}
    select
        files.feed,
        'files to raw' as step,
        'rows' as measure,
        files.rows_in as entered,
        0 as superseded,
        0 as repeated,
        files.rows_rejected as left_out,
        coalesce(raw_rows.row_count, 0) as arrived
    from (
        select
            feed,
            canonical_table,
            sum(rows_in) as rows_in,
            sum(rows_rejected) as rows_rejected
        from {{ ref('stg_operations__ingested_files') }}
        where status in ('loaded', 'quarantined')
        group by 1, 2
    ) as files
    left join {{ ref('stg_operations__raw_rows') }} as raw_rows
        on files.feed = raw_rows.feed
        and files.canonical_table = raw_rows.canonical_table
{%- endmacro %}

{# Rows of raw that staging leaves to later nights, as happening after this one's instant, or for want of an id. #}
{% macro reconciled_rows(staged, table) -%}
    select
        staged.feed,
        'raw to staging' as step,
        'rows' as measure,
        raw_rows.row_count as entered,
        0 as superseded,
        0 as repeated,
        greatest(raw_rows.row_count - staged.row_count, 0) as left_out,
        staged.row_count as arrived
    from (
        select
            feed,
            count(*) as row_count
        from {{ staged }}
        group by 1
    ) as staged
    left join {{ ref('stg_operations__raw_rows') }} as raw_rows
        on staged.feed = raw_rows.feed
        and raw_rows.canonical_table = '{{ table }}'
{%- endmacro %}

{# Rows that stand for one thing each, of which a mart has one: `names` tells them apart. #}
{% macro reconciled_things(staged, mart, names, measure) -%}
    select
        staged.feed,
        'staging to marts' as step,
        '{{ measure }}' as measure,
        staged.row_count as entered,
        0 as superseded,
        staged.row_count - staged.thing_count as repeated,
        0 as left_out,
        coalesce(arrived.row_count, 0) as arrived
    from (
        select
            feed,
            count(*) as row_count,
            count(distinct {{ names }}) as thing_count
        from {{ staged }}
        group by 1
    ) as staged
    left join (
        select
            feed,
            count(*) as row_count
        from {{ mart }}
        group by 1
    ) as arrived on staged.feed = arrived.feed
{%- endmacro %}

{# Totals that orders state, of their latest versions; an order that states none has its lines' instead. #}
{% macro reconciled_order_amounts() -%}
    select
        versions.feed,
        'staging to marts' as step,
        'order amounts' as measure,
        coalesce({{ exact_sum('versions.total_amount') }}, 0) as entered,
        coalesce({{ exact_sum('case when versions.version_rank > 1 then versions.total_amount end') }}, 0)
            as superseded,
        0 as repeated,
        0 as left_out,
        coalesce({{ exact_sum('orders.total_amount') }}, 0) as arrived
    from (
        select
            feed,
            order_id,
            total_amount,
            row_number() over (
                partition by feed, order_id
                order by updated_at desc nulls last, file_id desc, file_row_number desc
            ) as version_rank
        from {{ ref('stg_pos__orders') }}
    ) as versions
    left join {{ ref('fct_orders') }} as orders
        on versions.feed = orders.feed
        and versions.order_id = orders.order_id
        and versions.version_rank = 1
        and versions.total_amount is not null
    group by 1
{%- endmacro %}

{# Lines of each order's latest file. `orders` names the staging model of the orders they wait for, if they do. #}
{% macro reconciled_lines(staged, orders=none) -%}
    select
        delivered.feed,
        count(*) as delivered_lines,
        count(*) filter (where delivered.file_id < delivered.latest_file_id) as superseded_lines,
        count(*) filter (where not delivered.is_wanted) as waiting_lines,
        coalesce({{ exact_sum('delivered.line_amount') }}, 0) as delivered_amount,
        coalesce({{ exact_sum(
            'case when delivered.file_id < delivered.latest_file_id then delivered.line_amount end'
        ) }}, 0) as superseded_amount,
        coalesce({{ exact_sum('case when not delivered.is_wanted then delivered.line_amount end') }}, 0)
            as waiting_amount
    from (
        select
            latest.feed,
            latest.file_id,
            latest.latest_file_id,
            latest.line_amount,
            latest.file_id < latest.latest_file_id or {{ 'orders.order_id is not null' if orders else 'true' }}
                as is_wanted
        from (
            select
                feed,
                order_id,
                line_amount,
                file_id,
                max(file_id) over (partition by feed, order_id) as latest_file_id
            from {{ staged }}
        ) as latest
        {% if orders -%}
        left join (
            select distinct
                split_part(feed, '/', 1) as source,
                order_id
            from {{ orders }}
        ) as orders
            on split_part(latest.feed, '/', 1) = orders.source
            and latest.order_id = orders.order_id
        {%- endif %}
    ) as delivered
    group by 1
{%- endmacro %}
