{# Label each node with the smallest node that it reaches: (node, label), over `edges` (node, neighbour),
   which lists every edge in both directions. Nodes are integers. A label is a pointer to a smaller node; each
   round every node and the node it points to take the smallest grandparent among neighbours, and pointers
   jump one further (FastSV: Zhang, Azad & Hu 2020), so the rounds grow with the logarithm of the longest
   chain. The recursion ends with the round in which no label fell; labels only fall, so min() is the last. #}
{% macro connected_components(edges) -%}
    with recursive labels (node, label) as (
        select
            node,
            least(node, min(neighbour)) as label
        from {{ edges }}
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
                from {{ edges }} as edges
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
    )

    select
        node,
        min(label) as label
    from labels
    group by node
{%- endmacro %}
