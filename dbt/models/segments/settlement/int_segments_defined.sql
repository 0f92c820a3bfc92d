-- the meta of every segment's file as rows, read when the night runs; without segments only the head is left;
-- the references are for who selects a segment and what follows from it
select
    cast(null as varchar) as segment,
    cast(null as varchar) as label,
    cast(null as varchar) as description,
    cast(null as integer) as priority,
    cast(null as varchar) as exclusive_group,
    cast(null as integer) as minimum_size,
    cast(null as varchar) as content_strategy
where false
{%- for name in segment_names() %}
{%- do ref(name) %}
{%- set meta = segment_meta(name) %}
union all
select
    {{ text_or_null(name) }} as segment,
    {{ text_or_null(meta.label) }} as label,
    {{ text_or_null(meta.description) }} as description,
    cast({{ meta.priority or 0 }} as integer) as priority,
    {{ text_or_null(meta.exclusive_group) }} as exclusive_group,
    cast({{ meta.minimum_size or 0 }} as integer) as minimum_size,
    {{ text_or_null(meta.content_strategy) }} as content_strategy
{%- endfor %}
