{#- as many as tell the chance agreements of two persons apart, at any size of the table -#}
{%- set persons_wanted, pairs_wanted = 10000, 200000 -%}
with planned as (
    select *
    from {{ ref('int_match_training_planned') }}
    where is_due
),

-- a person's number is a digest, so that the sample is at random and the same each time
drawn as (
    select persons.person_id
    from {{ ref('int_persons_prepared') }} as persons
    cross join planned
    where persons.person_id % greatest(1, planned.records // {{ persons_wanted }}) = 0
),

shuffled as (
    select
        person_id,
        row_number() over (order by person_id) - 1 as place,
        count(*) over () as persons
    from drawn
),

steps as (
    {{ number_series(1, 1000) }}
),

-- each with those that follow it at distances 1, 2, 3...
shifted as (
    select
        shuffled.person_id,
        (shuffled.place + steps.number) % shuffled.persons as place
    from shuffled
    inner join steps
        on steps.number <= greatest(1, {{ pairs_wanted }} // shuffled.persons)
        and shuffled.persons > steps.number
),

pairs as (
    select distinct
        least(shifted.person_id, others.person_id) as left_id,
        greatest(shifted.person_id, others.person_id) as right_id
    from shifted
    inner join shuffled as others on shifted.place = others.place
),

final as (
    {{ compared_pairs('pairs') }}
)

select * from final
