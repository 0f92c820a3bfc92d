-- one row per pair that is asked about and whose records are there: whose they are, and in which groups
select
    asked.pair_number,
    asked.left_record,
    asked.right_record,
    one.customer_id as left_customer,
    other.customer_id as right_customer,
    left_groups.group_key as left_group,
    right_groups.group_key as right_group,
    coalesce(left_groups.is_person and right_groups.is_person, false) as are_persons
from asked_pairs as asked
inner join {{ ref('int_records_resolved') }} as one on asked.left_record = one.record_key
inner join {{ ref('int_records_resolved') }} as other on asked.right_record = other.record_key
left join {{ ref('int_record_groups_formed') }} as left_groups on asked.left_record = left_groups.record_key
left join {{ ref('int_record_groups_formed') }} as right_groups
    on asked.right_record = right_groups.record_key
