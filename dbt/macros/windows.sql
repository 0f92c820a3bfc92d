{# Windows of days that end at the night's instant. #}

{# A step `night` of one row: as_of, and for each number of days since_N_days, the last moment before that window. It
   is joined with what is counted, since engines plan badly around a subquery at each comparison. #}
{% macro night_with_windows(windows) -%}
night as (
    select
        as_of
        {%- for days in windows %},
        {{ add_days('as_of', -days) }} as since_{{ days }}_days
        {%- endfor %}
    from {{ ref('stg_operations__current_night') }}
)
{%- endmacro %}

{# Rows within the window for which the condition holds too. #}
{% macro count_within(days, happened_at, condition=none) -%}
    cast(
        count(*) filter (
            where {{ happened_at }} > since_{{ days }}_days
            {%- if condition %}
            and {{ condition }}
            {%- endif %}
        ) as integer
    )
{%- endmacro %}

{# `30_days`, `1_day`: the end of a column's name. #}
{% macro window_name(days) -%} {{ days }}_{{ 'day' if days == 1 else 'days' }} {%- endmacro %}

{# The value of most rows; of equally frequent ones the smallest. Null where no row has one. #}
{% macro most_frequent_value(column) -%}
    list_min(list_transform(
        map_entries(histogram({{ column }})),
        lambda entry: {'rows': -cast(entry.value as bigint), 'value': entry.key}
    )).value
{%- endmacro %}

{# The share of rows for which the condition holds, among those for which it is true or false. #}
{% macro share_of(condition) -%}
    count(*) filter (where {{ condition }}) / nullif(cast(count({{ condition }}) as double), 0)
{%- endmacro %}
