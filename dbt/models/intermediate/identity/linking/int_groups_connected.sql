-- groups that no person was found for are one customer with those they share an identifier with
with attached as (
    select group_key
    from {{ ref('int_groups_attached') }}
    where verdict = 'attached'
),

linkable as (
    select
        linkable.namespace,
        linkable.match_key,
        linkable.group_key
    from {{ ref('int_identifiers_linkable') }} as linkable
    left join attached on linkable.group_key = attached.group_key
    where
        not linkable.is_overused
        and linkable.persons = 0
        and linkable.match_weight > 0
        and attached.group_key is null
),

-- a star a value: n groups cost n - 1 edges
hubs as (
    select
        namespace,
        match_key,
        min(group_key) as hub
    from linkable
    group by 1, 2
    having count(*) > 1
),

links as (
    select
        hubs.hub as left_group,
        linkable.group_key as right_group
    from linkable
    inner join hubs on linkable.namespace = hubs.namespace and linkable.match_key = hubs.match_key
    where linkable.group_key <> hubs.hub
    union
    select
        left_group,
        right_group
    from {{ ref('int_group_decisions_listed') }}
    where decision = 'include' and person_key is null
    union
    select
        left_group,
        right_group
    from {{ ref('int_visitor_groups_matched') }}
    where
        not left_is_person
        and not right_is_person
        and left_group <> right_group
        and left_group not in (select attached.group_key from attached)
        and right_group not in (select attached.group_key from attached)
),

numbered as (
    select
        {{ number_of_text(['left_group']) }} as left_node,
        {{ number_of_text(['right_group']) }} as right_node,
        left_group,
        right_group
    from links
),

both_ways as (
    {{ both_ways('numbered', 'left_node', 'right_node') }}
),

components as (
    {{ connected_components('both_ways') }}
),

named as (
    select
        left_node as node,
        left_group as group_key
    from numbered
    union
    select
        right_node as node,
        right_group as group_key
    from numbered
),

sized as (
    select
        named.group_key,
        min(named.group_key) over (partition by components.label) as first_key,
        count(*) over (partition by components.label) as groups,
        count(case when named.group_key like 'id|%' then 1 end) over (partition by components.label)
            as customer_ids
    from components
    inner join named on components.node = named.node
),

-- no identifier among them is overused, and yet nobody is so many: a chain, no link of which can be trusted.
-- Orders and devices of one person may be many more than their customer ids.
final as (
    select
        sized.group_key,
        case
            when greatest(sized.customer_ids, sized.groups / 25) > settings.largest_cluster
                then sized.group_key
            else sized.first_key
        end as component_key,
        sized.first_key,
        sized.groups
    from sized
    cross join {{ ref('stg_operations__identity_settings') }} as settings
)

select * from final
