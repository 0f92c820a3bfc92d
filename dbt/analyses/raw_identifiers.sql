-- every row of raw tables by every identifier that it carries, and the column that holds it
with written as (
    {% for table, columns in raw_identifiers().items() -%}
    {% set is_last_table = loop.last -%}
    {% for column, namespace in columns.items() -%}
    select
        '{{ table }}' as table_name,
        _file_id as file_id,
        _row_number as row_number,
        '{{ column }}' as column_name,
        '{{ namespace }}' as namespace,
        {{ normalized_identifier(namespace, column) }} as identifier_value
    from {{ source('raw', table) }}
    where {{ column }} is not null
    {% if not (loop.last and is_last_table) %}union all
    {% endif -%}
    {% endfor -%}
    {% endfor %}
),

named as (
    select * from written
    where namespace <> 'unit'
    {% for namespace in ('customer_id', 'visitor_id') -%}
    union all by name
    select {{ all_but(['namespace']) }}, '{{ namespace }}' as namespace
    from written
    where namespace = 'unit'
    {% endfor %}
)

select
    table_name,
    file_id,
    row_number,
    column_name,
    namespace,
    case namespace
        when 'email' then {{ mailbox('identifier_value') }}
        when 'national_id' then {{ national_id_match_key('identifier_value') }}
        else identifier_value
    end as match_key
from named
