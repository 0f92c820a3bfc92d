-- pairs within one component of those that match: only there is anything left to be decided
with judged as (
    select
        left_id,
        right_id,
        verdict,
        {{ linkage_units('margin', 'verdict') }} as units
    from {{ ref('int_person_pairs_judged') }}
),

both_ways as (
    {{ both_ways('judged', 'left_id', 'right_id', 'units > 0') }}
),

components as materialized (
    {{ connected_components('both_ways') }}
),

-- materialized, since a plan that joins nodes by their labels first pairs everybody with everybody
started as materialized (
    select
        judged.left_id,
        judged.right_id,
        judged.units,
        components.label as component
    from judged
    inner join components on judged.left_id = components.node
),

final as (
    select
        started.left_id,
        started.right_id,
        started.units,
        started.component
    from started
    inner join components as ends on started.right_id = ends.node and started.component = ends.label
)

select * from final
