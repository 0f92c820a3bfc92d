-- one row per identifier that records of two customers share, with why it did not make them one; null
-- where both are described, and the identifier is one finding of many
with shared as (
    select
        customers.one_customer,
        customers.other_customer,
        one.record_key as one_record,
        other.record_key as other_record,
        one.group_key as one_group,
        other.group_key as other_group,
        one.is_person as is_one_person,
        other.is_person as is_other_person,
        one.identifier_kind,
        one.is_shared_device or other.is_shared_device as is_shared_device,
        one.is_overused or other.is_overused as is_overused,
        coalesce(one.overuse, other.overuse) as overuse,
        coalesce(one.persons, 0) as persons,
        one.match_weight
    from explained_customers as customers
    inner join explained_holders as one on customers.one_customer = one.customer_id
    inner join explained_holders as other
        on customers.other_customer = other.customer_id
        and one.namespace = other.namespace
        and one.match_key = other.match_key
),

attached as (
    select
        group_key,
        person_key,
        match_weight,
        verdict,
        count(*) over (partition by group_key) as persons
    from {{ ref('int_groups_attached') }}
),

judged as (
    select
        shared.*,
        coalesce(one_way.verdict, other_way.verdict) as verdict,
        coalesce(one_way.persons, other_way.persons) as named_persons,
        coalesce(one_way.match_weight, other_way.match_weight) as group_weight
    from shared
    left join attached as one_way
        on shared.one_group = one_way.group_key and shared.other_group = one_way.person_key
    left join attached as other_way
        on shared.other_group = other_way.group_key and shared.one_group = other_way.person_key
)

select
    one_customer,
    other_customer,
    one_record,
    other_record,
    one_group,
    other_group,
    identifier_kind,
    case
        when is_shared_device then 'device of several users'
        when is_overused then 'identifier overused'
        when is_one_person and is_other_person then null
        when verdict is not null then {{ refusal_of_attachment('verdict', 'named_persons') }}
        when match_weight <= 0 and persons <= 1 then 'too weak'
        else 'names several persons'
    end as reason,
    case
        when is_shared_device then null
        when is_overused then overuse
        when named_persons > 1 then concat(named_persons, ' persons')
        when persons > 1 then concat(persons, ' persons')
        when match_weight > 0 then 'by way of other records'
    end as detail,
    coalesce(group_weight, match_weight) as match_weight
from judged
