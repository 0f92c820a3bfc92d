with planned as (
    select * from {{ ref('int_match_training_planned') }}
),

counted as (
    select
        {{ json_list('pattern', 'is_blocked, pattern') }} as patterns,
        {{ json_list('pairs', 'is_blocked, pattern') }} as pairs,
        {{ json_list('cast(is_blocked as integer)', 'is_blocked, pattern') }} as are_blocked
    from {{ ref('int_match_patterns_counted') }}
    where (select planned.is_due from planned)
),

estimated as (
    select
        planned.*,
        estimate_match_weights(
            '{{ match_fields() | tojson }}', counted.patterns, counted.pairs, counted.are_blocked,
            cast(planned.records as {{ text_type() }}), cast(planned.target_precision as {{ text_type() }}),
            coalesce(cast(planned.match_probability as {{ text_type() }}), '')
        ) as model
    from planned
    cross join counted
    where planned.is_due
),

final as (
    select
        {{ json_value('model', 'model_version') }} as model_version,
        records,
        '{{ match_fields() | tojson }}' as fields,
        target_precision,
        match_probability,
        block_size,
        broad_block_size,
        cast({{ json_value('model', 'match_share') }} as double) as match_share,
        cast({{ json_value('model', 'household_share') }} as double) as household_share,
        cast({{ json_value('model', 'threshold') }} as double) as threshold,
        cast({{ json_value('model', 'estimated_precision') }} as double) as estimated_precision,
        cast({{ json_value('model', 'estimated_recall') }} as double) as estimated_recall,
        {{ json_value('model', 'weights') }} as weights
    from estimated
    union all
    select *
    from {{ ref('stg_operations__match_models') }}
    where not (select planned.is_due from planned)
)

select * from final
