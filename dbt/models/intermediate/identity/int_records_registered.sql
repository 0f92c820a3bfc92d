-- a customer is called by their oldest record: one that is there, or one that vanished and left its place
with earlier as (
    select * from {{ ref('stg_operations__registered_records') }}
),

known as (
    select
        coalesce(records.record_key, earlier.record_key) as record_key,
        coalesce(clusters.cluster_key, records.record_key) as cluster_key,
        records.first_seen_at,
        earlier.record_number,
        earlier.bearer_key,
        earlier.customer_id,
        coalesce(earlier.has_named_customer, false) as has_named_customer
    from {{ ref('int_records_grouped') }} as records
    left join {{ ref('int_identity_clusters_connected') }} as clusters
        on records.record_key = clusters.record_key
    full outer join earlier on records.record_key = earlier.record_key
),

numbers as (
    select
        record_key,
        row_number() over (order by first_seen_at nulls last, record_key)
        + (select coalesce(max(earlier.record_number), 0) from earlier) as record_number
    from known
    where record_number is null
),

vanished as (
    select * from known
    where cluster_key is null
),

-- who is left of a customer, for those whose bearer is gone too
heirs as (
    select
        customer_id,
        min_by(record_key, record_number) as record_key,
        min_by(cluster_key, record_number) as cluster_key
    from known
    where cluster_key is not null and customer_id in (select vanished.customer_id from vanished)
    group by 1
),

borne as (
    select
        known.record_key,
        coalesce(known.record_number, numbers.record_number) as record_number,
        known.record_key as bearer_key,
        known.cluster_key,
        known.customer_id,
        known.has_named_customer
    from known
    left join numbers on known.record_key = numbers.record_key
    where known.cluster_key is not null
    union all
    select
        vanished.record_key,
        vanished.record_number,
        coalesce(bearers.record_key, heirs.record_key) as bearer_key,
        coalesce(bearers.cluster_key, heirs.cluster_key) as cluster_key,
        vanished.customer_id,
        vanished.has_named_customer
    from vanished
    left join known as bearers
        on vanished.bearer_key = bearers.record_key and bearers.cluster_key is not null
    left join heirs on vanished.customer_id = heirs.customer_id
),

oldest as (
    select
        cluster_key,
        min_by(record_key, record_number) as record_key
    from borne
    where cluster_key is not null
    group by 1
),

names as (
    select
        cluster_key,
        record_key,
        {{ own_customer_id('record_key') }} as customer_id
    from oldest
),

final as (
    select
        borne.record_key,
        borne.record_number,
        borne.bearer_key,
        coalesce(names.customer_id, borne.customer_id) as customer_id,
        borne.has_named_customer or coalesce(borne.record_key = names.record_key, false) as has_named_customer
    from borne
    left join names on borne.cluster_key = names.cluster_key
)

select * from final
