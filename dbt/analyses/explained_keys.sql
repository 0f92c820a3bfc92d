-- one row per pair of described records that was never judged and key that they have in common
with unjudged as (
    select
        left_id,
        right_id
    from explained_comparisons
    where verdict is null
),

keys as (
    select keys.*
    from {{ ref('int_person_keys_blocked') }} as keys
    where keys.person_id in (
        select unjudged.left_id from unjudged
        union
        select unjudged.right_id from unjudged
    )
),

common as (
    select
        unjudged.left_id,
        unjudged.right_id,
        one.key_name,
        one.block_key,
        one.is_broad
    from unjudged
    inner join keys as one on unjudged.left_id = one.person_id
    inner join keys as other on unjudged.right_id = other.person_id and one.block_key = other.block_key
),

sizes as (
    select
        block_key,
        count(*) as records
    from {{ ref('int_person_keys_blocked') }}
    where block_key in (select common.block_key from common)
    group by 1
)

select
    common.left_id,
    common.right_id,
    common.key_name,
    sizes.records,
    case when common.is_broad then planned.broad_block_size else planned.block_size end as largest_block
from common
inner join sizes on common.block_key = sizes.block_key
cross join {{ ref('int_match_training_planned') }} as planned
