-- records of one customer that share an identifier: from the first record that has it to each other
with records as (
    select
        groups.record_key,
        groups.group_key,
        groups.is_person,
        clusters.cluster_key
    from {{ ref('int_record_groups_formed') }} as groups
    inner join
        {{ ref('int_identity_clusters_connected') }} as clusters
        on groups.record_key = clusters.record_key
),

-- who shares nothing has no edge, and that is most records
shared as (
    select
        namespace,
        match_key
    from {{ ref('int_identifiers_usable') }}
    group by 1, 2
    having min(record_key) <> max(record_key)
),

identified as (
    select
        records.*,
        identifiers.identifier_kind,
        identifiers.namespace,
        identifiers.match_key,
        identifiers.first_seen_at,
        identifiers.last_seen_at,
        coalesce(linkable.persons, cast(records.is_person as integer)) as persons,
        coalesce(linkable.is_overused, false) as is_overused,
        {{ identifier_probability(
            'identifiers.namespace', 'coalesce(linkable.is_role_address, identifiers.is_role_address)'
        ) }} as base_probability
    from {{ ref('int_identifiers_usable') }} as identifiers
    inner join shared
        on identifiers.namespace = shared.namespace and identifiers.match_key = shared.match_key
    inner join records on identifiers.record_key = records.record_key
    left join {{ ref('int_identifiers_linkable') }} as linkable
        on records.group_key = linkable.group_key
        and identifiers.namespace = linkable.namespace
        and identifiers.match_key = linkable.match_key
),

-- a customer id is one person's for certain; what else several persons have says that much less of each
weighed as (
    select
        *,
        {{ probability_to_weight(
            "base_probability / case when namespace = 'customer_id' then 1 else greatest(persons, 1) end"
        ) }} as match_weight
    from identified
),

judged as (
    select
        *,
        match_weight > 0 and not is_overused as is_link,
        bool_or(match_weight > 0 and not is_overused) over (partition by group_key) as has_links
    from weighed
),

-- what links nobody else still stands for records that carry the very same identifiers
edges as (
    select
        {{ first_of_group('record_key', 'identifier_kind') }}
            over (partition by namespace, match_key, cluster_key) as left_record,
        false as is_group_alike,
        *
    from judged
    where is_link
    union all
    select
        {{ first_of_group('record_key', 'identifier_kind') }}
            over (partition by namespace, match_key, group_key, cluster_key) as left_record,
        true as is_group_alike,
        *
    from judged
    where not has_links and group_key like 'identifiers|%'
),

final as (
    select
        left_record,
        record_key as right_record,
        case identifier_kind when 'visitor_id' then 'visitor' else identifier_kind end as rule,
        max(match_weight) as match_weight,
        max_by(base_probability, match_weight) as base_probability,
        max_by(case when namespace = 'customer_id' then 1 else persons end, match_weight) as persons,
        bool_and(is_group_alike) as is_group_alike,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from edges
    where left_record <> record_key
    group by 1, 2, 3
)

select * from final
