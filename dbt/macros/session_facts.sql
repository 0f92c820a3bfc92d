{# What is told of a session, out of its events. #}

{# What tells that somebody did something beyond looking at one page: all but what trackers send by themselves. #}
{% macro automatic_events() -%}
    ('session_start', 'first_visit', 'user_engagement', 'page_ping')
{%- endmacro %}

{# The part of an address behind its host, without query, fragment and the slash at its end; / is the first page. #}
{% macro page_path(url) -%}
    '/' || rtrim(regexp_extract({{ url }}, '^(?:[^/?#]*://[^/?#]*)?/?([^?#]*)', 1), '/')
{%- endmacro %}

{# Of a session's events: what the first of them says that says anything, and the paths of all their pages in order. #}
{% macro first_told(column) -%}
    min_by({{ column }}, row(occurred_at, event_id)) filter (where {{ column }} is not null)
{%- endmacro %}

{% macro visited_paths() -%}
    {#- sorting lists takes half the time of an ordered aggregate -#}
    list_transform(
        list_sort(
            list(row(occurred_at, event_id, {{ page_path('page_url') }})) filter (where page_url is not null)
        ),
        lambda page: page[3]
    )
{%- endmacro %}

{# A list of texts in which nothing follows itself. #}
{% macro without_repetitions(texts) -%}
    list_transform(
        list_filter(
            list_zip({{ texts }}, list_prepend(null, {{ texts }})),
            lambda pair: pair[1] is not null and pair[1] is distinct from pair[2]
        ),
        lambda pair: pair[1]
    )
{%- endmacro %}

{% macro first_of(texts) -%} {{ texts }}[1] {%- endmacro %}

{% macro last_of(texts) -%} {{ texts }}[-1] {%- endmacro %}

{% macro json_of_first(count, texts) -%} to_json(list_slice({{ texts }}, 1, {{ count }})) {%- endmacro %}

{# Night, morning, afternoon and evening in UTC, six hours each. #}
{% macro daypart(moment) -%}
    case {{ day_quarter(moment) }} when 0 then 'night' when 1 then 'morning' when 2 then 'afternoon' else 'evening' end
{%- endmacro %}

{# How many of them have one of these names. #}
{% macro count_of_events(names) -%}
    cast(count(*) filter (where event_name in ('{{ names | join("', '") }}')) as integer)
{%- endmacro %}
