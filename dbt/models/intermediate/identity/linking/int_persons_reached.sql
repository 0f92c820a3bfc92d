-- groups that name no person themselves share identifiers with groups that were attached to one
with linkable as (
    select * from {{ ref('int_identifiers_linkable') }}
    where not is_overused and persons = 0 and match_weight > 0
),

persons as (
    select
        group_key,
        person_key
    from {{ ref('int_groups_attached') }}
    where verdict = 'attached'
)

select distinct
    coalesce(connected.component_key, own.group_key) as component_key,
    persons.person_key
from linkable as own
inner join linkable as theirs on own.namespace = theirs.namespace and own.match_key = theirs.match_key
inner join persons on theirs.group_key = persons.group_key
left join {{ ref('int_groups_connected') }} as connected on own.group_key = connected.group_key
where own.group_key not in (select attached.group_key from persons as attached)
