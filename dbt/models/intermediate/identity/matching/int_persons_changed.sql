{%- set before = as_last_built('int_persons_prepared') -%}
-- described records that came, went or changed since pairs were compared last, a changed one twice;
-- nobody where all pairs are compared anyway
select
    persons.*,
    true as is_arrived
from {{ ref('int_persons_described') }} as persons
{% if before -%}
left join {{ before }} as earlier
    on persons.person_id = earlier.person_id and persons.content_digest = earlier.content_digest
where earlier.person_id is null
union all by name
select
    earlier.*,
    false as is_arrived
from {{ before }} as earlier
left join {{ ref('int_persons_described') }} as persons
    on earlier.person_id = persons.person_id and earlier.content_digest = persons.content_digest
where persons.person_id is null
{%- else -%}
where false
{%- endif %}
