-- groups of visitors who behave like one person; none unless identity.yml asks for matching by behaviour
select
    one.group_key as left_group,
    other.group_key as right_group,
    one.is_person as left_is_person,
    other.is_person as right_is_person,
    pairs.match_weight
from {{ ref('int_visitor_pairs_matched') }} as pairs
inner join {{ ref('int_record_groups_formed') }} as one on pairs.left_record = one.record_key
inner join {{ ref('int_record_groups_formed') }} as other on pairs.right_record = other.record_key
