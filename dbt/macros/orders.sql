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
