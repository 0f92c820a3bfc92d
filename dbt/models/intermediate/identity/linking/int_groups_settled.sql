with groups as (
    select
        group_key,
        bool_or(is_person) as is_person
    from {{ ref('int_record_groups_formed') }}
    group by 1
),

attached as (
    select
        group_key,
        person_key
    from {{ ref('int_groups_attached') }}
    where verdict = 'attached'
),

-- where what a component shares leads to several persons it is none of them
reached as (
    select
        component_key,
        min(person_key) as person_key
    from {{ ref('int_persons_reached') }}
    group by 1
    having count(*) = 1
),

settled as (
    select
        groups.group_key,
        groups.is_person,
        case
            when groups.is_person then groups.group_key
            else coalesce(attached.person_key, reached.person_key, connected.component_key, groups.group_key)
        end as customer_key
    from groups
    left join attached on groups.group_key = attached.group_key
    left join {{ ref('int_groups_connected') }} as connected on groups.group_key = connected.group_key
    left join reached on coalesce(connected.component_key, groups.group_key) = reached.component_key
),

-- what a person parted stays apart, whatever else would bring it together; who is described stays as they are
parted as (
    select
        case decisions.right_group
            when decisions.person_key then decisions.left_group
            else decisions.right_group
        end as group_key
    from {{ ref('int_group_decisions_listed') }} as decisions
    inner join settled as one on decisions.left_group = one.group_key
    inner join settled as other
        on decisions.right_group = other.group_key and one.customer_key = other.customer_key
    where decisions.decision = 'exclude' and not decisions.are_persons
    group by 1
),

final as (
    select
        settled.group_key,
        settled.is_person,
        case when parted.group_key is null then settled.customer_key else 'parted|' || settled.group_key end
            as customer_key
    from settled
    left join parted on settled.group_key = parted.group_key
)

select * from final
