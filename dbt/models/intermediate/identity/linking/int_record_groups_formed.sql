-- what needs no weighing: records that carry one customer id, described records found to be one person, and
-- records of the very same identifiers; a group of a described person is told from the others, which are
-- attached to one
with identifiers as (
    select identifiers.*
    from {{ ref('int_identifiers_collected') }} as identifiers
    left join {{ ref('int_visitors_shared') }} as shared
        on identifiers.record_key = shared.record_key and identifiers.namespace <> 'visitor_id'
    where
        shared.record_key is null
        and identifiers.match_key is not null
        and identifiers.namespace <> 'order_id'
),

records as (
    select
        record_key,
        min(case when namespace = 'customer_id' then match_key end) as customer_id,
        {{ joined_texts("namespace || '=' || match_key", 'namespace, match_key') }} as identifiers
    from identifiers
    group by 1
),

described as (
    select
        records.customer_id,
        min(persons.cluster_key) as cluster_key
    from {{ ref('int_persons_clustered') }} as persons
    inner join records on persons.record_key = records.record_key
    where records.customer_id is not null
    group by 1
),

-- a person decided that this record is not who its id says; who is described keeps the id
parted as (
    select
        case when persons.record_key is null then decisions.right_record else decisions.left_record end
            as record_key
    from {{ ref('stg_operations__identity_decisions') }} as decisions
    inner join records as one on decisions.left_record = one.record_key
    inner join records as other
        on decisions.right_record = other.record_key
        and (one.customer_id = other.customer_id or one.identifiers = other.identifiers)
    left join {{ ref('int_persons_clustered') }} as persons on decisions.right_record = persons.record_key
    where decisions.decision = 'exclude'
    group by 1
),

final as (
    select
        records.record_key,
        case
            when persons.cluster_key is not null then 'person|' || persons.cluster_key
            when parted.record_key is not null then 'record|' || records.record_key
            when described.cluster_key is not null then 'person|' || described.cluster_key
            when records.customer_id is not null then 'id|' || records.customer_id
            else 'identifiers|' || md5(records.identifiers)
        end as group_key,
        coalesce(
            persons.cluster_key is not null
            or described.cluster_key is not null and parted.record_key is null,
            false
        ) as is_person
    from records
    left join {{ ref('int_persons_clustered') }} as persons on records.record_key = persons.record_key
    left join described on records.customer_id = described.customer_id
    left join parted on records.record_key = parted.record_key
)

select * from final
