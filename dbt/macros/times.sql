{# What differs between DuckDB and Spark in times. All timestamps are UTC. #}

{% macro days_between(earlier, later) -%}
    date_diff('day', cast({{ earlier }} as date), cast({{ later }} as date))
{%- endmacro %}

{% macro first_of_month(moment) -%} cast(date_trunc('month', {{ moment }}) as date) {%- endmacro %}

{# Whole months from one first of a month to another. #}
{% macro months_between(earlier, later) -%} date_diff('month', {{ earlier }}, {{ later }}) {%- endmacro %}

{# Whole seconds that have passed. #}
{% macro seconds_between(earlier, later) -%} date_sub('second', {{ earlier }}, {{ later }}) {%- endmacro %}

{# Whole years that have passed, as people count their age. #}
{% macro years_between(earlier, later) -%} date_sub('year', {{ earlier }}, {{ later }}) {%- endmacro %}

{# 1 is Monday, 7 Sunday. #}
{% macro weekday(moment) -%} cast(extract(isodow from {{ moment }}) as integer) {%- endmacro %}

{% macro is_weekend(moment) -%} {{ weekday(moment) }} >= 6 {%- endmacro %}

{% macro hour_of_day(moment) -%} cast(extract(hour from {{ moment }}) as integer) {%- endmacro %}

{% macro add_days(moment, days) -%} ({{ moment }} + interval '{{ days }} days') {%- endmacro %}

{% macro add_hours(moment, hours) -%} ({{ moment }} + interval '{{ hours }} hours') {%- endmacro %}

{% macro add_minutes(moment, minutes) -%} ({{ moment }} + interval '{{ minutes }} minutes') {%- endmacro %}

{% macro add_seconds(moment, seconds) -%} ({{ moment }} + interval '{{ seconds }} seconds') {%- endmacro %}

{# Hours that an expression says, parts of them too. #}
{% macro plus_hours(moment, hours) -%} ({{ moment }} + to_seconds(cast(round(({{ hours }}) * 3600) as bigint))) {%- endmacro %}

{# A moment as texts and JSON carry it, to the second: 2026-06-30T20:38:16Z. #}
{% macro iso_time(moment) -%} strftime({{ moment }}, '%Y-%m-%dT%H:%M:%SZ') {%- endmacro %}

{# The number of the stretch of so many seconds that a moment lies in, for joins on times that are near. #}
{% macro time_slot(moment, seconds) -%} (epoch_ms({{ moment }}) // {{ seconds * 1000 }}) {%- endmacro %}

{# The row of `right` with the latest `right_time` at or before `left_time`, for equal `key`s. #}
{% macro asof_left_join(right, key, left_key, right_time, left_time) -%}
    asof left join {{ right }}
        on {{ left_key }} = {{ right }}.{{ key }}
        and {{ left_time }} >= {{ right }}.{{ right_time }}
{%- endmacro %}

{# The latest value that is not null; at equal times the larger one, so that the order of rows never decides.
   #}
{% macro latest_value(column, happened_at) -%}
    max_by({{ column }}, row(coalesce({{ happened_at }}, timestamp '0001-01-01'), {{ column }}))
        filter (where {{ column }} is not null)
{%- endmacro %}

{# The earliest value that is not null; at equal times the smaller one. #}
{% macro earliest_value(column, happened_at) -%}
    min_by({{ column }}, row({{ happened_at }}, {{ column }})) filter (where {{ column }} is not null)
{%- endmacro %}
