-- what needs no weighing: records that carry one customer id, described records found to be one person, and
-- records of the very same identifiers; a group of a described person is told from the others, which are
-- attached to one
with records as (
    select
        record_key,
        min(case when namespace = 'customer_id' then match_key end) as customer_id,
        {{ joined_texts("namespace || '=' || match_key") }} as identifiers
    from {{ ref('int_identifiers_usable') }}
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

named as (
    select
        records.*,
        persons.record_key is not null as is_described,
        coalesce(persons.cluster_key, described.cluster_key) as cluster_key
    from records
    left join {{ ref('int_persons_clustered') }} as persons on records.record_key = persons.record_key
    left join described on records.customer_id = described.customer_id
),

-- a person decided that this record is not who its id says; who is described keeps the id
parted as (
    select
        case when other.is_described then decisions.left_record else decisions.right_record end
            as record_key
    from {{ ref('stg_operations__identity_decisions') }} as decisions
    inner join named as one on decisions.left_record = one.record_key
    inner join named as other
        on decisions.right_record = other.record_key
        and (
            one.customer_id = other.customer_id
            or one.identifiers = other.identifiers
            or one.cluster_key = other.cluster_key
        )
    where decisions.decision = 'exclude'
    group by 1
),

final as (
    select
        named.record_key,
        case
            when named.is_described then 'person|' || named.cluster_key
            when parted.record_key is not null then 'record|' || named.record_key
            when named.cluster_key is not null then 'person|' || named.cluster_key
            when named.customer_id is not null then 'id|' || named.customer_id
            else 'identifiers|' || md5(named.identifiers)
        end as group_key,
        named.is_described or named.cluster_key is not null and parted.record_key is null as is_person
    from named
    left join parted on named.record_key = parted.record_key
)

select * from final
