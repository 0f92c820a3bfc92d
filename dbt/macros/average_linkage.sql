{# Agglomerative clustering by average linkage (Sokal & Michener 1958), in SQL: (node, label), over `edges` (left_id,
   right_id, units) and `nodes` (node, weight). Two clusters are as alike as the mean of units over all pairs of their
   nodes, a pair without an edge counting `missing_units`; in each round those merge that are each other's likest, as long
   as their mean is positive and their weights together at most `largest_weight`. Average linkage is reducible, so
   merging all such pairs at once gives what merging one by one would (Bruynooghe 1977). Units are integers, so that sums
   do not depend on their order; equal means go by a digest of the pair, else a long chain would merge one pair a round. #}
{% macro average_linkage(edges, nodes, missing_units, largest_weight) -%}
    with recursive labels (node, weight, label) as (
        select
            node,
            weight,
            node as label
        from {{ nodes }}

        union all

        (
            with clusters as (
                select
                    label,
                    count(*) as nodes,
                    sum(weight) as weight
                from labels
                group by 1
            ),

            between_clusters as (
                select
                    least(one.label, other.label) as left_label,
                    greatest(one.label, other.label) as right_label,
                    sum(edges.units) as units,
                    count(*) as pairs
                from {{ edges }} as edges
                inner join labels as one on edges.left_id = one.node
                inner join labels as other on edges.right_id = other.node
                where one.label <> other.label
                group by 1, 2
            ),

            alike as (
                select
                    pairs.left_label,
                    pairs.right_label,
                    (pairs.units + {{ missing_units }} * (one.nodes * other.nodes - pairs.pairs))
                    / cast(one.nodes * other.nodes as double) as likeness
                from between_clusters as pairs
                inner join clusters as one on pairs.left_label = one.label
                inner join clusters as other on pairs.right_label = other.label
                where
                    pairs.units + {{ missing_units }} * (one.nodes * other.nodes - pairs.pairs) > 0
                    and one.weight + other.weight <= {{ largest_weight }}
            ),

            ranked as (
                select
                    left_label,
                    right_label,
                    row_number() over (
                        partition by label
                        order by likeness desc, {{ number_of_text(['left_label', 'right_label']) }}, left_label, right_label
                    ) as place
                from (
                    select
                        left_label as label,
                        *
                    from alike
                    union all
                    select
                        right_label as label,
                        *
                    from alike
                ) as ends
            ),

            merged as (
                select
                    left_label,
                    right_label
                from ranked
                where place = 1
                group by 1, 2
                having count(*) = 2
            )

            select
                labels.node,
                labels.weight,
                coalesce(merged.left_label, labels.label) as label
            from labels
            left join merged on labels.label = merged.right_label
            where exists (select 1 from merged)
        )
    )

    select
        node,
        min(label) as label
    from labels
    group by node
{%- endmacro %}

{# Bits above the threshold as integers, cut off where more says nothing more; what a person decided, or one id says,
   outweighs all else, and who was parted stays apart however many are one with both. #}
{% macro linkage_units(margin, verdict) -%}
    case
        when {{ verdict }} in ('include', 'same id') then 100000000
        when {{ verdict }} = 'exclude' then -1000000000000
        when {{ verdict }} in ('national id conflict', 'birth date conflict') then -100000000
        when {{ margin }} > 0 then cast(ceil(1000 * least(12, {{ margin }})) as bigint)
        else cast(floor(1000 * greatest(-8, {{ margin }})) as bigint)
    end
{%- endmacro %}

{# Two records that were never compared are rather two persons than one. #}
{% macro linkage_missing_units() -%} -2000 {%- endmacro %}
