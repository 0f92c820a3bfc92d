-- groups that name no person themselves share identifiers with groups that were attached to one, or were
-- decided to be one with such a group, which outranks what is shared
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
),

decided as (
    select
        left_group,
        right_group
    from {{ ref('int_group_decisions_listed') }}
    where decision = 'include' and person_key is null
),

links as (
    select
        own.group_key,
        theirs.group_key as other_group,
        false as is_decided
    from linkable as own
    inner join linkable as theirs on own.namespace = theirs.namespace and own.match_key = theirs.match_key
    union
    select
        left_group as group_key,
        right_group as other_group,
        true as is_decided
    from decided
    union
    select
        right_group as group_key,
        left_group as other_group,
        true as is_decided
    from decided
),

led as (
    select
        coalesce(connected.component_key, links.group_key) as component_key,
        persons.person_key,
        bool_or(links.is_decided) as is_decided
    from links
    inner join persons on links.other_group = persons.group_key
    left join {{ ref('int_groups_connected') }} as connected on links.group_key = connected.group_key
    where links.group_key not in (select attached.group_key from persons as attached)
    group by 1, 2
),

ranked as (
    select
        *,
        bool_or(is_decided) over (partition by component_key) as is_any_decided
    from led
)

select
    component_key,
    person_key
from ranked
where is_decided = is_any_decided
