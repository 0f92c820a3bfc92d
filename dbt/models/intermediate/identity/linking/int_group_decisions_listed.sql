-- what a person decided of two records holds for their groups, where these are two
select
    least(one.group_key, other.group_key) as left_group,
    greatest(one.group_key, other.group_key) as right_group,
    bool_or(one.is_person) and bool_and(other.is_person) as are_persons,
    min(case when one.is_person then one.group_key when other.is_person then other.group_key end)
        as person_key,
    min(decisions.decision) as decision,
    min_by(decisions.left_record, decisions.line) as left_record,
    min_by(decisions.right_record, decisions.line) as right_record
from {{ ref('stg_operations__identity_decisions') }} as decisions
inner join {{ ref('int_record_groups_formed') }} as one on decisions.left_record = one.record_key
inner join {{ ref('int_record_groups_formed') }} as other on decisions.right_record = other.record_key
where one.group_key <> other.group_key
group by 1, 2
