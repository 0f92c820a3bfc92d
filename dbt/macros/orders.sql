{# What several models of orders share. #}

{# An order's lines are all rows of its latest file, alike or not; in a night's build those of touched orders. #}
{% macro rows_of_latest_file(relation) -%}
    (
        select {{ all_but(['latest_file_id']) }}
        from (
            select
                *,
                max(file_id) over (partition by feed, order_id) as latest_file_id
            from {{ relation }}
            {{ where_changed('order_id', ref('int_orders_touched')) }}
        ) as delivered
        where file_id = latest_file_id
    )
{%- endmacro %}

{# Orders in their latest version; in a night's build those that are touched. #}
{% macro latest_versions(relation) -%}
    (
        select *
        from (
            select
                *,
                row_number() over (
                    partition by feed, order_id
                    order by updated_at desc nulls last, file_id desc, file_row_number desc
                ) as version_rank
            from {{ relation }}
            {{ where_changed('order_id', ref('int_orders_touched')) }}
        ) as versions
        where version_rank = 1
    )
{%- endmacro %}

{# What an order says of itself in words, from whatever it comes. #}
{% macro order_texts() -%}
    {{ return([
        'customer_id_pos', 'loyalty_id_pos', 'store_id', 'email', 'phone', 'currency', 'channel',
        'status'
    ]) }}
{%- endmacro %}

{# Each purchase of a customer, as the site or a till tells it: one may stand twice. `within_days` leaves out older ones. #}
{% macro purchases(within_days=none) -%}
    select
        customer_id,
        occurred_at as purchased_at
    from {{ ref('fct_events') }}
    where event_name = 'purchase'
    {%- if within_days %} and {{ add_days('occurred_at', within_days) }} > {{ as_of() }}{% endif %}
    union all
    select
        customer_id,
        ordered_at as purchased_at
    from {{ ref('fct_orders') }}
    where not is_return
    {%- if within_days %} and {{ add_days('ordered_at', within_days) }} > {{ as_of() }}{% endif %}
{%- endmacro %}
