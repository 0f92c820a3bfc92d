-- pairs strong enough that are two persons all the same, with what their clusters say of each other
with clusters as (
    select
        person_id,
        record_key,
        cluster_key,
        count(*) over (partition by cluster_key) as records
    from {{ ref('int_persons_clustered') }}
),

between_clusters as (
    select
        least(one.cluster_key, other.cluster_key) as left_cluster,
        greatest(one.cluster_key, other.cluster_key) as right_cluster,
        sum(links.units) as units,
        count(*) as pairs
    from {{ ref('int_person_links_weighed') }} as links
    inner join clusters as one on links.left_id = one.person_id
    inner join clusters as other on links.right_id = other.person_id
    where one.cluster_key <> other.cluster_key
    group by 1, 2
),

parted as (
    select
        least(one.record_key, other.record_key) as left_record,
        greatest(one.record_key, other.record_key) as right_record,
        least(one.records, other.records) as fewer_records,
        greatest(one.records, other.records) as more_records,
        pairs.pattern,
        pairs.verdict,
        pairs.match_weight,
        pairs.margin,
        (
            coalesce(between_clusters.units, 0)
            + {{ linkage_missing_units() }}
            * (one.records * other.records - coalesce(between_clusters.pairs, 1))
        ) / (1000.0 * one.records * other.records) as mean_bits
    from {{ ref('int_person_pairs_judged') }} as pairs
    inner join clusters as one on pairs.left_id = one.person_id
    inner join clusters as other on pairs.right_id = other.person_id and one.cluster_key <> other.cluster_key
    left join between_clusters
        on between_clusters.left_cluster = least(one.cluster_key, other.cluster_key)
        and between_clusters.right_cluster = greatest(one.cluster_key, other.cluster_key)
    where pairs.verdict not in ('below threshold', 'exclude')
),

final as (
    select
        parted.left_record,
        parted.right_record,
        case
            when parted.verdict like '%conflict' then 'veto'
            when parted.mean_bits > 0 then 'cluster size limit'
            else 'outweighed'
        end as reason,
        case
            when parted.verdict like '%conflict' then parted.verdict
            when parted.mean_bits > 0 then {{ joined_words([
                'parted.more_records', "' and '", 'parted.fewer_records', "' records, at most '",
                'settings.largest_cluster', "' may be one customer'"
            ]) }}
            else {{ joined_words([
                'round(parted.mean_bits, 1)', "' bits a pair between clusters of '", 'parted.more_records',
                "' and '", 'parted.fewer_records', "' records'"
            ]) }}
        end as detail,
        parted.match_weight,
        parted.verdict,
        parted.margin,
        parted.mean_bits,
        parted.pattern
    from parted
    cross join {{ ref('stg_operations__identity_settings') }} as settings
)

select * from final
