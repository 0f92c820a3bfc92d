select
    true as is_blocked,
    pattern,
    count(*) as pairs
from {{ ref('int_person_pairs_compared') }}
group by pattern
union all
select
    false as is_blocked,
    pattern,
    count(*) as pairs
from {{ ref('int_person_pairs_sampled') }}
group by pattern
