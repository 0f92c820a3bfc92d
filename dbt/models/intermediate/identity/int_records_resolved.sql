{%- set before = as_last_built('int_records_resolved') -%}
with records as (
    select
        record_key,
        feed,
        record_kind,
        source_record_id,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from {{ ref('int_identifiers_collected') }}
    group by 1, 2, 3, 4
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

-- facts are made anew where the customer is another than before
final as (
    select
        resolved.*,
        {% if before -%}
        case
            when before.customer_id = resolved.customer_id then before.resolved_in_build
            else {{ build_number() }}
        end as resolved_in_build
    from resolved
    left join {{ before }} as before on resolved.record_key = before.record_key
        {% else -%}
        {{ build_number() }} as resolved_in_build
    from resolved
        {%- endif %}
)

select * from final
