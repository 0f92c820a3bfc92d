-- depends_on: {{ ref('int_events_changed') }}
-- as fct_events stood before the night; fct_events waits for it, which forgets whose a changed event was
{%- set before = as_last_built('fct_events', 'marts') %}

{% if before -%}
select
    event_id,
    customer_id
from {{ before }}
where
    event_id in (select changed.event_id from {{ ref('int_events_changed') }} as changed)
    and {{ shows_interest() }}
{% else -%}
select
    event_id,
    cast(null as {{ text_type() }}) as customer_id
from {{ ref('int_events_changed') }}
where false
{% endif -%}
