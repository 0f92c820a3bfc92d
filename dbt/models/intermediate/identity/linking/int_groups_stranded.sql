-- groups that only a group that a person parted held together with the rest of their customer: with nothing
-- left to link them they are customers of their own; the described person, else the first group, stays
with settled as (
    select
        group_key,
        customer_key,
        is_person,
        {{ number_of_text(['group_key']) }} as node
    from {{ ref('int_groups_settled') }}
),

decisions as (
    select
        decisions.decision,
        one.node as left_node,
        other.node as right_node,
        one.customer_key as left_customer,
        other.customer_key as right_customer
    from {{ ref('int_group_decisions_listed') }} as decisions
    inner join settled as one on decisions.left_group = one.group_key
    inner join settled as other on decisions.right_group = other.group_key
    where not decisions.are_persons
),

affected as (
    select left_customer as customer_key
    from decisions
    where decision = 'exclude'
    union
    select right_customer as customer_key
    from decisions
    where decision = 'exclude'
),

remaining as (
    select settled.*
    from settled
    inner join affected on settled.customer_key = affected.customer_key
),

held as (
    select
        remaining.node,
        min(remaining.node) over (
            partition by remaining.customer_key, linkable.namespace, linkable.match_key
        ) as hub
    from {{ ref('int_identifiers_linkable') }} as linkable
    inner join remaining on linkable.group_key = remaining.group_key
    where not linkable.is_overused and linkable.match_weight > 0
),

links as (
    select
        node as left_node,
        hub as right_node
    from held
    union
    select
        left_node,
        right_node
    from decisions
    where decision = 'include' and left_customer = right_customer
    union
    select
        one.node as left_node,
        other.node as right_node
    from {{ ref('int_visitor_groups_matched') }} as pairs
    inner join remaining as one on pairs.left_group = one.group_key
    inner join remaining as other
        on pairs.right_group = other.group_key and one.customer_key = other.customer_key
    union
    select
        node as left_node,
        node as right_node
    from remaining
),

both_ways as (
    {{ both_ways('links', 'left_node', 'right_node') }}
),

components as (
    {{ connected_components('both_ways') }}
),

named as (
    select
        remaining.group_key,
        components.label,
        min(remaining.group_key) over (partition by remaining.customer_key, components.label) as first_group,
        first_value(components.label) over (
            partition by remaining.customer_key
            order by remaining.is_person desc, remaining.group_key asc
        ) as staying_label
    from remaining
    inner join components on remaining.node = components.node
)

select
    group_key,
    'parted|' || first_group as customer_key
from named
where label <> staying_label
