-- whose pairs are compared anew: who came, went or changed, and all of a block that is too large now or was before
with keys_changed as (
    select
        keys.block_key,
        count(case when keys.is_arrived then 1 end) as arrived,
        count(case when not keys.is_arrived then 1 end) as departed
    from (
        {{ person_keys(ref('int_persons_changed'), ['is_arrived']) }}
    ) as keys
    group by 1
),

keys as materialized (
    select
        keys.person_id,
        keys.block_key,
        keys.is_broad
    from {{ ref('int_person_keys_blocked') }} as keys
    where keys.block_key in (select keys_changed.block_key from keys_changed)
),

blocks as (
    select
        keys_changed.block_key,
        count(keys.person_id) as records,
        count(keys.person_id) - min(keys_changed.arrived) + min(keys_changed.departed) as records_before,
        min(case when keys.is_broad then planned.broad_block_size else planned.block_size end) as most_records
    from keys_changed
    inner join keys on keys_changed.block_key = keys.block_key
    cross join {{ ref('int_match_training_planned') }} as planned
    group by 1
),

final as (
    select person_id from {{ ref('int_persons_changed') }}
    union
    select keys.person_id
    from keys
    inner join blocks on keys.block_key = blocks.block_key
    where (blocks.records <= blocks.most_records) <> (blocks.records_before <= blocks.most_records)
    union
    select persons.person_id
    from {{ ref('int_persons_prepared') }} as persons
    where (select planned.is_due from {{ ref('int_match_training_planned') }} as planned)
)

select * from final
