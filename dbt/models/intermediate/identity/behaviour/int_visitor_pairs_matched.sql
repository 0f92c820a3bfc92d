{%- set fewest_probability = 0.95 -%}
-- whom users are known of is settled: by their ids, one way or the other
with pairs as (
    select
        *,
        0 as prior
    from {{ ref('int_visitor_pairs_compared') }}
    where is_one_person is null
),

leveled as (
    {% for field in ['prior'] + behaviour_fields() -%}
    select
        left_record,
        right_record,
        '{{ field }}' as field,
        {{ field }} as level
    from pairs
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

weighed as (
    select
        leveled.left_record,
        leveled.right_record,
        {{ exact_sum('weights.match_weight') }} as match_weight
    from leveled
    inner join {{ ref('int_visitor_weights_estimated') }} as weights
        on leveled.field = weights.field and leveled.level = weights.level
    group by 1, 2
),

final as (
    select
        left_record,
        right_record,
        'behaviour' as rule,
        match_weight,
        {{ weight_to_probability('match_weight') }} as match_probability
    from weighed
)

select * from final
where match_probability > {{ fewest_probability }}
