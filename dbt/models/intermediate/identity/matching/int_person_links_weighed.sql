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

final as (
    select
        judged.left_id,
        judged.right_id,
        judged.units,
        one.label as component
    from judged
    inner join components as one on judged.left_id = one.node
    inner join components as other on judged.right_id = other.node and one.label = other.label
)

select * from final
