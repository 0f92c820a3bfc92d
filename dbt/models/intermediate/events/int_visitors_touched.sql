{%- set is_full = not as_last_built('int_visitors_touched') -%}
select visitor_id_clickstream from {{ ref('int_events_touched') }}
where visitor_id_clickstream is not null
union
select visitor_id_clickstream from {{ ref('int_events_deduplicated') }}
where build_number = {{ build_number() }} and not {{ is_full }}
