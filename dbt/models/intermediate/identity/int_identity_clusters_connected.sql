-- records are numbered in the order of their keys, so that a component's smallest number is its smallest key
with records as (
    select
        record_key,
        row_number() over (order by record_key) as node
    from (
        select left_record as record_key from {{ ref('int_identity_edges_matched') }}
        union
        select right_record as record_key from {{ ref('int_identity_edges_matched') }}
    ) as named
),

one_way as (
    select distinct
        left_records.node as left_node,
        right_records.node as right_node
    from {{ ref('int_identity_edges_matched') }} as edges
    inner join records as left_records on edges.left_record = left_records.record_key
    inner join records as right_records on edges.right_record = right_records.record_key
),

both_ways as (
    select
        left_node as node,
        right_node as neighbour
    from one_way
    union all
    select
        right_node as node,
        left_node as neighbour
    from one_way
),

components as (
    {{ connected_components('both_ways') }}
),

final as (
    select
        records.record_key,
        first_records.record_key as cluster_key
    from components
    inner join records on components.node = records.node
    inner join records as first_records on components.label = first_records.node
)

select * from final
