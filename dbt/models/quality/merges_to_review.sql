with settings as (
    select * from {{ ref('stg_operations__identity_settings') }}
),

clusters as (
    select * from {{ ref('int_persons_clustered') }}
),

-- a pair below the threshold whose records are one customer by others has nothing left to decide
near as (
    select
        least(one.record_key, other.record_key) as left_record,
        greatest(one.record_key, other.record_key) as right_record,
        one.cluster_key = other.cluster_key as is_one_customer,
        case when pairs.verdict = 'match' then 'just above the threshold' else pairs.verdict end as reason,
        pairs.pattern,
        pairs.match_weight,
        pairs.margin
    from {{ ref('int_person_pairs_judged') }} as pairs
    inner join clusters as one on pairs.left_id = one.person_id
    inner join clusters as other on pairs.right_id = other.person_id
    cross join settings
    where
        abs(pairs.margin) <= settings.review_margin_bits
        and (
            pairs.verdict = 'match' and one.cluster_key = other.cluster_key
            or pairs.verdict = 'below threshold' and one.cluster_key <> other.cluster_key
        )
),

refused as (
    select
        left_record,
        right_record,
        false as is_one_customer,
        reason || ': ' || detail as reason,
        pattern,
        match_weight,
        margin
    from {{ ref('int_person_merges_refused') }}
    where margin > 0 and verdict not in ('include', 'same id')
),

queued as (
    select * from near
    union all
    select * from refused
)

select
    cast(
        row_number() over (order by abs(queued.margin), queued.left_record, queued.right_record) as integer
    ) as place,
    queued.left_record,
    queued.right_record,
    left_records.customer_id as left_customer_id,
    right_records.customer_id as right_customer_id,
    queued.is_one_customer,
    queued.reason,
    queued.match_weight,
    queued.margin,
    {{ weighed_evidence('scores', 'models') }} as evidence
from queued
inner join {{ ref('int_match_patterns_scored') }} as scores on queued.pattern = scores.pattern
inner join {{ ref('int_records_resolved') }} as left_records on queued.left_record = left_records.record_key
inner join
    {{ ref('int_records_resolved') }} as right_records
    on queued.right_record = right_records.record_key
cross join {{ ref('int_match_models_estimated') }} as models
