-- depends_on: {{ ref('int_persons_touched') }}
{% set is_anew = not as_last_built('int_person_pairs_compared') %}
with keys as materialized (
    select
        keys.person_id,
        keys.block_key,
        keys.is_broad
    from {{ ref('int_person_keys_blocked') }} as keys
    where
        (not keys.is_broad or (
            select planned.broad_block_size > 1 from {{ ref('int_match_training_planned') }} as planned
        ))
    {%- if not is_anew %}
    and keys.block_key in (
        select touched_keys.block_key
        from {{ ref('int_person_keys_blocked') }} as touched_keys
        inner join
            {{ ref('int_persons_touched') }} as touched
            on touched_keys.person_id = touched.person_id
    )
    {%- endif %}
),

-- a key of many records, such as a common name, costs more pairs than it finds matches
blocks as (
    select keys.block_key
    from keys
    cross join {{ ref('int_match_training_planned') }}
    group by 1
    having count(*) between 2 and min(case when is_broad then broad_block_size else block_size end)
),

blocked as materialized (
    select
        keys.person_id,
        keys.block_key,
        {% if is_anew -%}
        true
        {%- else -%}
        keys.person_id in (select touched.person_id from {{ ref('int_persons_touched') }} as touched)
        {%- endif %} as is_touched
    from keys
    inner join blocks on keys.block_key = blocks.block_key
),

final as (
    select distinct
        one.person_id as left_id,
        other.person_id as right_id
    from blocked as one
    inner join blocked as other on one.block_key = other.block_key and one.person_id < other.person_id
    {%- if not is_anew %}
    where one.is_touched or other.is_touched
    {%- endif %}
)

select * from final
