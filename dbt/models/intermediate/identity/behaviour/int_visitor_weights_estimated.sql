{#- fewer pairs of one user would make weights of luck -#}
{%- set fewest_matches = 20 -%}
{#- how many pairs without a say a level is judged as if it had: what was rarely seen says little -#}
{%- set doubts = 5 -%}
with labelled as (
    select * from {{ ref('int_visitor_pairs_compared') }}
    where is_one_person is not null
),

totals as (
    select
        count(*) filter (where is_one_person) as matches,
        count(*) filter (where not is_one_person) as others
    from labelled
),

counted as (
    {% for field in behaviour_fields() -%}
    select
        '{{ field }}' as field,
        {{ field }} as level,
        count(*) filter (where is_one_person) as matches,
        count(*) filter (where not is_one_person) as others
    from labelled
    where {{ field }} is not null
    group by 2
    union all
    {% endfor -%}
    select
        'prior' as field,
        0 as level,
        matches,
        others
    from totals
),

shared as (
    select
        counted.field,
        counted.level,
        counted.matches,
        totals.matches as all_matches,
        totals.others as all_others,
        (counted.others + 1) / (totals.others + 1) as other_share
    from counted
    cross join totals
    where totals.matches >= {{ fewest_matches }}
),

final as (
    select
        field,
        level,
        case
            when field = 'prior' then log2(all_matches / (all_others + 1))
            else log2((matches + {{ doubts }} * other_share) / ((all_matches + {{ doubts }}) * other_share))
        end as match_weight
    from shared
)

select * from final
