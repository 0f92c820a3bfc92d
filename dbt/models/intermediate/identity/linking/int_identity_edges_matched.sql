-- the links by which each customer's records are one: those that stand in one customer and were strong enough
with clusters as (
    select * from {{ ref('int_identity_clusters_connected') }}
),

persons as (
    select
        least(one.record_key, other.record_key) as left_record,
        greatest(one.record_key, other.record_key) as right_record,
        case pairs.verdict when 'match' then 'probabilistic' else pairs.verdict end as rule,
        case when pairs.verdict = 'match' then pairs.match_weight end as match_weight,
        case when pairs.verdict = 'match' then pairs.pattern end as pattern
    from {{ ref('int_person_pairs_judged') }} as pairs
    inner join {{ ref('int_persons_clustered') }} as one on pairs.left_id = one.person_id
    inner join {{ ref('int_persons_clustered') }} as other
        on pairs.right_id = other.person_id and one.cluster_key = other.cluster_key
    where pairs.verdict in ('match', 'include')
),

decided as (
    select
        decisions.left_record,
        decisions.right_record
    from {{ ref('int_group_decisions_listed') }} as decisions
    inner join clusters as one on decisions.left_record = one.record_key
    inner join clusters as other
        on decisions.right_record = other.record_key and one.cluster_key = other.cluster_key
    where decisions.decision = 'include' and not decisions.are_persons
),

behaving_alike as (
    select
        pairs.left_record,
        pairs.right_record,
        pairs.rule,
        pairs.match_weight
    from {{ ref('int_visitor_pairs_matched') }} as pairs
    inner join clusters as one on pairs.left_record = one.record_key
    inner join
        clusters as other
        on pairs.right_record = other.record_key and one.cluster_key = other.cluster_key
),

final as (
    select * from persons
    union all by name
    select * from behaving_alike
    union all by name
    select
        left_record,
        right_record,
        'include' as rule
    from decided
    union all by name
    select * from {{ ref('int_identifier_edges_matched') }}
)

select * from final
