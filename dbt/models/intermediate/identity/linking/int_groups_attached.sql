{#- bits beyond what evidence can reach, since a person's decision outranks it -#}
{%- set decided = 1000 -%}
-- a group without a description goes to the person whom most of what it shares names; to nobody where two are
-- as likely
with linkable as (
    select * from {{ ref('int_identifiers_linkable') }}
    where not is_overused
),

shared as (
    select
        own.group_key,
        theirs.group_key as person_key,
        own.match_weight
    from linkable as own
    inner join linkable as theirs
        on own.namespace = theirs.namespace and own.match_key = theirs.match_key and theirs.is_person
    where not own.is_person
    union all
    select
        case when person_key = left_group then right_group else left_group end as group_key,
        person_key,
        case decision when 'exclude' then -{{ decided }} else {{ decided }} end as match_weight
    from {{ ref('int_group_decisions_listed') }}
    where person_key is not null and not are_persons
    union all
    select
        case when left_is_person then right_group else left_group end as group_key,
        case when left_is_person then left_group else right_group end as person_key,
        match_weight
    from {{ ref('int_visitor_groups_matched') }}
    where left_is_person <> right_is_person
),

weighed as (
    select
        group_key,
        person_key,
        {{ exact_sum('match_weight') }} as match_weight
    from shared
    group by 1, 2
),

ranked as (
    select
        *,
        row_number() over (partition by group_key order by match_weight desc, person_key asc) as place,
        lead(match_weight)
            over (partition by group_key order by match_weight desc, person_key asc)
            as next_weight
    from weighed
),

final as (
    select
        group_key,
        person_key,
        match_weight,
        case
            when match_weight <= -{{ decided // 2 }} then 'excluded'
            when place > 1 and match_weight < first_value(match_weight) over (
                partition by group_key order by place
            ) then 'another person is likelier'
            when match_weight <= 0 or match_weight <= coalesce(next_weight, -{{ decided }}) or place > 1
                then 'names several persons'
            else 'attached'
        end as verdict
    from ranked
)

select * from final
