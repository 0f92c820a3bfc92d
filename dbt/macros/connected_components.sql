{# The edges of a graph in both directions, as connected_components wants them: (node, neighbour). #}
{% macro both_ways(edges, left, right, condition='true') -%}
    select
        {{ left }} as node,
        {{ right }} as neighbour
    from {{ edges }}
    where {{ condition }}
    union all
    select
        {{ right }} as node,
        {{ left }} as neighbour
    from {{ edges }}
    where {{ condition }}
{%- endmacro %}

{# Label each node with the smallest node that it reaches: (node, label), over `edges` (node, neighbour),
   which lists every edge in both directions. Nodes are integers. Each node first points to its smallest
   neighbour's smallest neighbour: most components are a person's few records and are settled by that, and
   only what joins two of those groups goes into rounds. There a label is a pointer to a smaller node; each
   round every node and the node it points to take the smallest grandparent among neighbours, and pointers
   jump one further (FastSV: Zhang, Azad & Hu 2020), so the rounds grow with the logarithm of the longest
   chain. The recursion ends with the round in which no label fell; labels only fall, so min() is the last.
   The smallest node of a component is its own representative, so it is also the last label. #}
{% macro connected_components(edges) -%}
    with recursive first_groups as (
        select
            node,
            least(node, min(neighbour)) as representative
        from {{ edges }}
        group by node
    ),

    groups as (
        select
            children.node,
            parents.representative
        from first_groups as children
        inner join first_groups as parents on children.representative = parents.node
    ),

    -- materialized, since a plan that looks for unequal representatives first pairs every node with every other
    started as materialized (
        select
            own.representative as node,
            edges.neighbour
        from {{ edges }} as edges
        inner join groups as own on edges.node = own.node
    ),

    contracted as (
        select distinct
            started.node,
            theirs.representative as neighbour
        from started
        inner join groups as theirs on started.neighbour = theirs.node
        where started.node <> theirs.representative
    ),

    labels (node, label) as (
        select
            node,
            least(node, min(neighbour)) as label
        from contracted
        group by node

        union all

        (
            with grandparents as (
                select
                    children.node,
                    children.label as parent,
                    parents.label as grandparent
                from labels as children
                inner join labels as parents on children.label = parents.node
            ),

            hooks as (
                select
                    own.node,
                    own.parent,
                    min(theirs.grandparent) as label
                from contracted as edges
                inner join grandparents as own on edges.node = own.node
                inner join grandparents as theirs on edges.neighbour = theirs.node
                group by 1, 2
            ),

            candidates as (
                select node, grandparent as label, parent from grandparents
                union all
                select node, label, null as parent from hooks
                union all
                select parent as node, label, null as parent from hooks
            ),

            lowered as (
                select
                    node,
                    min(label) as label,
                    bool_or(min(label) < max(parent)) over () as has_fallen
                from candidates
                group by node
            )

            select
                node,
                label
            from lowered
            where has_fallen
        )
    ),

    settled as (
        select
            node,
            min(label) as label
        from labels
        group by node
    )

    select
        groups.node,
        coalesce(settled.label, groups.representative) as label
    from groups
    left join settled on groups.representative = settled.node
{%- endmacro %}
