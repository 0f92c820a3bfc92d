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
        earlier.heir_key,
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

heirs as (
    select * from known
    where cluster_key is not null and record_key in (select vanished.heir_key from vanished)
),

-- who is left of a customer, for those without an heir: who stayed before who was gone and is back
remaining as (
    select
        customer_id,
        min_by(record_key, row(heir_key is not null, record_number)) as record_key,
        min_by(cluster_key, row(heir_key is not null, record_number)) as cluster_key
    from known
    where cluster_key is not null and customer_id in (select vanished.customer_id from vanished)
    group by 1
),

placed as (
    select
        known.record_key,
        coalesce(known.record_number, numbers.record_number) as record_number,
        cast(null as {{ text_type() }}) as heir_key,
        known.cluster_key,
        known.customer_id,
        known.has_named_customer,
        true as is_there
    from known
    left join numbers on known.record_key = numbers.record_key
    where known.cluster_key is not null
    union all
    select
        vanished.record_key,
        vanished.record_number,
        coalesce(heirs.record_key, remaining.record_key) as heir_key,
        coalesce(heirs.cluster_key, remaining.cluster_key) as cluster_key,
        vanished.customer_id,
        vanished.has_named_customer,
        false as is_there
    from vanished
    left join heirs on vanished.heir_key = heirs.record_key
    left join remaining on vanished.customer_id = remaining.customer_id
),

oldest as (
    select
        cluster_key,
        min_by(record_key, record_number) as record_key
    from placed
    where cluster_key is not null
    group by 1
),

final as (
    select
        placed.record_key,
        placed.record_number,
        placed.heir_key,
        coalesce({{ own_customer_id('oldest.record_key') }}, placed.customer_id) as customer_id,
        placed.has_named_customer or coalesce(oldest.record_key = placed.record_key, false)
            as has_named_customer,
        placed.is_there
    from placed
    left join oldest on placed.cluster_key = oldest.cluster_key
)

select * from final
