-- persons whom the identifiers of a group name, though none of them above all others
with members as (
    select
        group_key,
        min(record_key) as record_key
    from {{ ref('int_record_groups_formed') }}
    group by 1
),

named as (
    select
        person_key,
        group_key,
        match_weight,
        verdict,
        count(*) over (partition by group_key) as persons
    from {{ ref('int_groups_attached') }}
),

several as (
    select
        persons.record_key as one_record,
        members.record_key as other_record,
        {{ refusal_of_attachment('named.verdict', 'named.persons') }} as reason,
        case
            when named.persons = 1 then 'what they share is as likely to be of others'
            else 'shares identifiers with ' || named.persons || ' persons'
        end as detail,
        named.match_weight
    from named
    inner join members on named.group_key = members.group_key
    inner join members as persons on named.person_key = persons.group_key
    where named.verdict = 'names several persons'
),

reached as (
    select
        persons.record_key as one_record,
        members.record_key as other_record,
        'names several persons' as reason,
        'leads to ' || reached.persons || ' persons by way of other records' as detail,
        cast(null as double) as match_weight
    from (
        select
            *,
            count(*) over (partition by component_key) as persons
        from {{ ref('int_persons_reached') }}
    ) as reached
    inner join members on reached.component_key = members.group_key
    inner join members as persons on reached.person_key = persons.group_key
    where reached.persons > 1
),

chained as (
    select
        firsts.record_key as one_record,
        members.record_key as other_record,
        'cluster size limit' as reason,
        'chained with ' || (connected.groups - 1) || ' others' as detail,
        cast(null as double) as match_weight
    from {{ ref('int_groups_connected') }} as connected
    inner join members on connected.group_key = members.group_key
    inner join members as firsts on connected.first_key = firsts.group_key
    where connected.component_key <> connected.first_key
),

final as (
    select * from several
    union all
    select * from reached
    union all
    select * from chained
)

select * from final
