{%- set before = as_last_built('int_records_resolved') -%}
with records as (
    select
        record_key,
        any_value(feed) as feed,
        any_value(record_kind) as record_kind,
        any_value(source_record_id) as source_record_id,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from {{ ref('int_identifiers_collected') }}
    group by 1
),

edge_ends as (
    select
        left_record as record_key,
        rule
    from {{ ref('int_identity_edges_matched') }}
    union all
    select
        right_record as record_key,
        rule
    from {{ ref('int_identity_edges_matched') }}
),

-- of several kinds that link a record, the strongest is named
matches as (
    select
        record_key,
        min_by(rule, case rule
            when 'customer_id' then 1
            when 'user_id' then 2
            when 'loyalty_id' then 3
            when 'email' then 4
            when 'phone' then 5
            else 6
        end) as matched_by
    from edge_ends
    group by 1
),

resolved as (
    select
        records.*,
        split_part(records.feed, '/', 1) as source,
        split_part(records.feed, '/', 2) as source_table,
        'c_' || md5(coalesce(clusters.cluster_key, records.record_key)) as customer_id,
        coalesce(matches.matched_by, 'self') as matched_by
    from records
    left join {{ ref('int_identity_clusters_connected') }} as clusters
        on records.record_key = clusters.record_key
    left join matches on records.record_key = matches.record_key
),

earlier as (
    {% if before -%}
    select
        record_key,
        customer_id,
        resolved_in_build
    from {{ before }}
    {% else -%}
    select
        record_key,
        cast(null as {{ text_type() }}) as customer_id,
        cast(null as integer) as resolved_in_build
    from records
    where false
    {% endif -%}
),

-- the build that gave a record the customer it has: where it is this one, facts have to follow
final as (
    select
        resolved.*,
        case
            when resolved.customer_id = earlier.customer_id then earlier.resolved_in_build
            else {{ build_number() }}
        end as resolved_in_build
    from resolved
    left join earlier on resolved.record_key = earlier.record_key
)

select * from final
