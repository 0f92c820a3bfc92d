-- who meets the condition of which segment, whatever comes of it
select
    cast(null as varchar) as customer_id,
    cast(null as varchar) as segment,
    cast(null as timestamp) as entered_at
where false
{%- for name in segment_names() %}
union all
select
    customer_id,
    segment,
    entered_at
from {{ ref(name) }}
{%- endfor %}
