-- an identifier of many customers, or with many addresses or numbers beside it, is a desk's or a placeholder
with held as (
    select
        groups.group_key,
        groups.is_person,
        identifiers.namespace,
        identifiers.match_key,
        min(identifiers.record_key) as record_key,
        min_by(identifiers.identifier_kind, identifiers.record_key) as identifier_kind,
        bool_or(identifiers.is_role_address) as is_role_address,
        min(identifiers.first_seen_at) as first_seen_at,
        max(identifiers.last_seen_at) as last_seen_at
    from {{ ref('int_identifiers_usable') }} as identifiers
    inner join {{ ref('int_record_groups_formed') }} as groups on identifiers.record_key = groups.record_key
    where identifiers.namespace <> 'customer_id'
    group by 1, 2, 3, 4
),

contacts as (
    select
        group_key,
        min(case when namespace = 'email' then match_key end) as email,
        min(case when namespace = 'phone' then match_key end) as phone
    from held
    group by 1
),

counted as (
    select
        held.namespace,
        held.match_key,
        count(*) as holders,
        count(case when held.is_person then 1 end) as persons,
        count(case when held.is_person or held.group_key like 'id|%' then 1 end) as customers,
        greatest(
            count(distinct case when held.namespace <> 'email' then contacts.email end),
            count(distinct case when held.namespace <> 'phone' then contacts.phone end)
        ) as other_contacts
    from held
    inner join contacts on held.group_key = contacts.group_key
    group by 1, 2
    having count(*) > 1
),

final as (
    select
        held.*,
        counted.holders,
        counted.persons,
        counted.customers,
        counted.other_contacts,
        {{ most_customers('held.namespace', 'settings') }} as most_customers,
        shared_values.identifier_value is not null as is_listed,
        shared_values.identifier_value is not null
        or coalesce(counted.customers > {{ most_customers('held.namespace', 'settings') }}, false)
        -- a person changes number or address now and then, not that often
        or coalesce(counted.other_contacts > 4 * {{ most_customers('held.namespace', 'settings') }}, false)
            as is_overused,
        {{ probability_to_weight(
            identifier_probability('held.namespace', 'held.is_role_address') ~ ' / greatest(counted.persons, 1)'
        ) }} as match_weight
    from held
    inner join counted on held.namespace = counted.namespace and held.match_key = counted.match_key
    cross join {{ ref('stg_operations__identity_settings') }} as settings
    left join {{ ref('stg_operations__identity_shared_values') }} as shared_values
        on held.namespace = shared_values.identifier_kind and held.match_key = shared_values.identifier_value
)

select * from final
