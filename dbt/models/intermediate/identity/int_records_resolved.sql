{%- set before = as_last_built('int_records_resolved') -%}
with edge_ends as (
    select
        left_record as record_key,
        rule,
        match_weight
    from {{ ref('int_identity_edges_matched') }}
    union all
    select
        right_record as record_key,
        rule,
        match_weight
    from {{ ref('int_identity_edges_matched') }}
),

matches as (
    select
        record_key,
        min_by(rule, {{ rule_rank('rule') }}) as matched_by,
        max(case when rule = 'include' then 1 else {{ weight_to_probability('match_weight') }} end)
            as match_probability
    from edge_ends
    group by 1
),

resolved as (
    select
        records.*,
        split_part(records.feed, '/', 1) as source,
        split_part(records.feed, '/', 2) as source_table,
        registered.record_number,
        registered.customer_id,
        coalesce(matches.matched_by, 'self') as matched_by,
        coalesce(matches.match_probability, 1) as match_probability
    from {{ ref('int_records_grouped') }} as records
    inner join {{ ref('int_records_registered') }} as registered
        on records.record_key = registered.record_key
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
    from resolved
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
