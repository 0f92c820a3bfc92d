with decisions as (
    select * from {{ ref('int_consent_decisions_collected') }}
),

identifiers as (
    select
        identifiers.namespace,
        identifiers.identifier_value,
        coalesce(identifiers.match_key, identifiers.identifier_value) as match_key,
        records.customer_id,
        shared.record_key is null as may_grant
    from {{ ref('int_identifiers_collected') }} as identifiers
    inner join {{ ref('int_records_resolved') }} as records on identifiers.record_key = records.record_key
    left join {{ ref('int_visitors_shared') }} as shared
        on identifiers.record_key = shared.record_key and identifiers.namespace <> 'visitor_id'
),

-- a request mentions nobody, so its own writing of an address or a number may be no record's
named as (
    select
        namespace,
        identifier_value,
        match_key,
        true as is_written
    from identifiers
    union
    select
        namespace,
        match_key as identifier_value,
        match_key,
        false as is_written
    from identifiers
),

carriers as (
    select
        namespace,
        match_key,
        customer_id,
        bool_or(may_grant) as may_grant
    from identifiers
    group by 1, 2, 3
),

-- a denial holds for everyone who carries the identifier, a grant only where it names one person
grantors as (
    select
        namespace,
        match_key,
        min(customer_id) as customer_id
    from carriers
    where may_grant
    group by 1, 2
    having count(*) = 1
),

carried as (
    select
        carriers.customer_id,
        decisions.purpose,
        decisions.status,
        decisions.kind,
        decisions.is_final,
        decisions.decided_at,
        decisions.known_at
    from decisions
    inner join named
        on decisions.namespace = named.namespace and decisions.identifier_value = named.identifier_value
    inner join carriers on named.namespace = carriers.namespace and named.match_key = carriers.match_key
    left join grantors
        on carriers.namespace = grantors.namespace
        and carriers.match_key = grantors.match_key
        and carriers.customer_id = grantors.customer_id
    where decisions.status = 'denied' or (grantors.customer_id is not null and named.is_written)
),

-- who suppresses a record means its customer, whatever it is known by
final as (
    select * from carried
    union all
    select
        records.customer_id,
        decisions.purpose,
        decisions.status,
        decisions.kind,
        decisions.is_final,
        decisions.decided_at,
        decisions.known_at
    from decisions
    inner join {{ ref('int_records_resolved') }} as records on decisions.identifier_value = records.record_key
    where decisions.namespace = 'record'
)

select * from final
