-- the links by which each customer's records are one: those that stand in one customer and were strong enough
with clusters as (
    select * from {{ ref('int_identity_clusters_connected') }}
),

records as (
    select
        groups.record_key,
        groups.group_key,
        clusters.cluster_key
    from {{ ref('int_record_groups_formed') }} as groups
    inner join clusters on groups.record_key = clusters.record_key
),

-- records of one id: from the first of them to each other
same_ids as (
    select
        {{ first_of_group('identifiers.record_key', 'identifiers.identifier_kind', 'identifiers.match_key, records.group_key') }} as left_record,
        identifiers.record_key as right_record,
        identifiers.identifier_kind as rule,
        {{ probability_to_weight(identifier_probability("'customer_id'", 'false')) }} as match_weight
    from {{ ref('int_identifiers_collected') }} as identifiers
    inner join records on identifiers.record_key = records.record_key
    where identifiers.namespace = 'customer_id'
),

persons as (
    select
        least(one.record_key, other.record_key) as left_record,
        greatest(one.record_key, other.record_key) as right_record,
        case pairs.verdict when 'match' then 'probabilistic' else pairs.verdict end as rule,
        pairs.match_weight
    from {{ ref('int_person_pairs_judged') }} as pairs
    inner join {{ ref('int_persons_clustered') }} as one on pairs.left_id = one.person_id
    inner join {{ ref('int_persons_clustered') }} as other
        on pairs.right_id = other.person_id and one.cluster_key = other.cluster_key
    where pairs.verdict in ('match', 'include', 'same id')
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

-- records of the same identifiers, and groups that share one: from the first record that has it to each other
shared as (
    select
        {{ first_of_group('identifiers.record_key', 'identifiers.identifier_kind', 'identifiers.namespace, identifiers.match_key, records.cluster_key') }}
            as left_record,
        identifiers.record_key as right_record,
        identifiers.identifier_kind as rule,
        coalesce(linkable.match_weight, {{ probability_to_weight(
            identifier_probability('identifiers.namespace', 'identifiers.is_role_address')
        ) }}) as match_weight
    from {{ ref('int_identifiers_collected') }} as identifiers
    inner join records on identifiers.record_key = records.record_key
    left join {{ ref('int_identifiers_linkable') }} as linkable
        on records.group_key = linkable.group_key
        and identifiers.namespace = linkable.namespace
        and identifiers.match_key = linkable.match_key
    left join {{ ref('int_visitors_shared') }} as shared_visitors
        on identifiers.record_key = shared_visitors.record_key and identifiers.namespace <> 'visitor_id'
    where identifiers.namespace not in ('customer_id', 'order_id')
        and shared_visitors.record_key is null
        and identifiers.match_key is not null
        and not coalesce(linkable.is_overused, false)
),

final as (
    select * from same_ids
    where left_record <> right_record
    union
    select * from persons
    union
    select
        *,
        'include' as rule,
        null as match_weight
    from decided
    union
    select
        left_record,
        right_record,
        case rule when 'visitor_id' then 'visitor' else rule end as rule,
        match_weight
    from shared
    where left_record <> right_record
)

select * from final
