-- the columns are the segments there are, so that no contract can name them; a segment too small for its
-- minimum is false for everybody
{{ config(contract={'enforced': false}) }}
select
    memberships.customer_id,
    {%- for name in segment_names() %}
    coalesce(bool_or(memberships.segment = '{{ name }}'), false) as {{ adapter.quote(name) }},
    {%- endfor %}
    night.started_at as computed_at,
    night.run_id
from {{ ref('segment_memberships') }} as memberships
cross join {{ ref('stg_operations__current_night') }} as night
group by memberships.customer_id, night.started_at, night.run_id
