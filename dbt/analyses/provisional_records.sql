-- records that arrived since who is who was last worked out: each is the customer whom its strongest identifier names,
-- where that is one alone, else a customer of its own; the next night weighs all there is.
-- known_records and known_identifiers: as the last night left them
with identifiers as (
    select
        arrived.record_key,
        arrived.feed,
        arrived.record_kind,
        arrived.source_record_id,
        arrived.identifier_kind,
        arrived.namespace,
        arrived.match_key,
        arrived.first_seen_at,
        arrived.last_seen_at
    from {{ ref('int_identifiers_collected') }} as arrived
    anti join known_records on arrived.record_key = known_records.record_key
),

named as (
    select
        identifiers.record_key,
        {{ rule_rank('identifiers.identifier_kind') }} as rule_rank,
        identifiers.identifier_kind,
        known_identifiers.customer_id
    from identifiers
    inner join known_identifiers
        on identifiers.namespace = known_identifiers.namespace
        and identifiers.match_key = known_identifiers.match_key
    where identifiers.namespace <> 'order_id'
),

strongest as (
    select
        record_key,
        rule_rank,
        min(identifier_kind) as identifier_kind,
        min(customer_id) as customer_id,
        row_number() over (partition by record_key order by rule_rank) as place
    from named
    group by 1, 2
    having count(distinct customer_id) = 1
),

-- newcomers of one id are one customer, called by the first of them
owners as (
    select
        record_key,
        min(min(record_key)) over (
            partition by coalesce(min(case when namespace = 'customer_id' then match_key end), record_key)
        ) as owner_key,
        min(feed) as feed,
        min(record_kind) as record_kind,
        min(source_record_id) as source_record_id,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from identifiers
    group by 1
)

select
    owners.record_key,
    owners.feed,
    owners.record_kind,
    owners.source_record_id,
    owners.first_seen_at,
    owners.last_seen_at,
    split_part(owners.feed, '/', 1) as source,
    split_part(owners.feed, '/', 2) as source_table,
    (select coalesce(max(known_records.record_number), 0) from known_records)
    + row_number() over (order by owners.first_seen_at nulls last, owners.record_key) as record_number,
    coalesce(strongest.customer_id, {{ own_customer_id('owners.owner_key') }}) as customer_id,
    coalesce(strongest.identifier_kind, 'self') as matched_by,
    1.0 as match_probability,
    {{ build_number() }} as resolved_in_build,
    strongest.customer_id is null and owners.owner_key = owners.record_key as has_named_customer
from owners
left join strongest on owners.record_key = strongest.record_key and strongest.place = 1
