with edges as (
    select * from {{ ref('int_identity_edges_matched') }}
),

explained as (
    select
        edges.left_record,
        edges.right_record,
        edges.rule,
        edges.match_weight,
        case when edges.rule = 'include' then 1 else {{ weight_to_probability('edges.match_weight') }} end
            as match_probability,
        case
            when edges.rule = 'include' then {{ json_object({
                'decided_by': 'decisions.decided_by', 'decided_at': json_text('decisions.decided_at')
            }) }}
            when edges.rule = 'probabilistic' then {{ weighed_evidence('scores', 'models') }}
            else {{ json_object({
                'kind': "case edges.rule when 'visitor' then 'visitor_id' else edges.rule end",
                'persons': 'edges.persons', 'base_probability': 'edges.base_probability',
                'same_identifiers': 'edges.is_group_alike'
            }) }}
        end as evidence,
        split_part(edges.right_record, '|', 1) as source,
        edges.first_seen_at,
        edges.last_seen_at
    from edges
    left join {{ ref('int_match_patterns_scored') }} as scores on edges.pattern = scores.pattern
    left join {{ ref('stg_operations__identity_decisions') }} as decisions
        on edges.left_record = decisions.left_record and edges.right_record = decisions.right_record
    cross join {{ ref('int_match_models_estimated') }} as models
)

select
    explained.*,
    records.customer_id
from explained
inner join {{ ref('int_records_resolved') }} as records on explained.right_record = records.record_key
