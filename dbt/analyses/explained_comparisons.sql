-- one row per pair of described records of two customers: how it was judged, or why it never was
with persons as (
    select
        records.customer_id,
        prepared.*
    from {{ ref('int_persons_prepared') }} as prepared
    inner join {{ ref('int_records_resolved') }} as records on prepared.record_key = records.record_key
    where records.customer_id in (
        select customers.one_customer from explained_customers as customers
        union
        select customers.other_customer from explained_customers as customers
    )
),

pairs as (
    select
        customers.one_customer,
        customers.other_customer,
        least(one.person_id, other.person_id) as left_id,
        greatest(one.person_id, other.person_id) as right_id,
        one.record_key as one_record,
        other.record_key as other_record
    from explained_customers as customers
    inner join persons as one on customers.one_customer = one.customer_id
    inner join persons as other on customers.other_customer = other.customer_id
)

select
    pairs.*,
    judged.verdict,
    judged.match_weight,
    judged.margin,
    refused.reason as refusal,
    refused.detail as refusal_detail,
    case when judged.pattern is not null then {{ weighed_evidence('scores', 'models') }} end as evidence
from pairs
left join {{ ref('int_person_pairs_judged') }} as judged
    on pairs.left_id = judged.left_id and pairs.right_id = judged.right_id
left join {{ ref('int_match_patterns_scored') }} as scores on judged.pattern = scores.pattern
left join {{ ref('int_person_merges_refused') }} as refused
    on least(pairs.one_record, pairs.other_record) = refused.left_record
    and greatest(pairs.one_record, pairs.other_record) = refused.right_record
cross join {{ ref('int_match_models_estimated') }} as models
