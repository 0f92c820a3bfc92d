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
    ) as latest
{%- endmacro %}
