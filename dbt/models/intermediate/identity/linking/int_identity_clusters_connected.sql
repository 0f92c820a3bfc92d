select
    groups.record_key,
    min(groups.record_key) over (partition by settled.customer_key) as cluster_key
from {{ ref('int_record_groups_formed') }} as groups
inner join {{ ref('int_groups_settled') }} as settled on groups.group_key = settled.group_key
