with weights as (
    select
        models.model_version,
        {{ unnested_json('models.weights', {
            'field': 'varchar', 'level': 'integer', 'match_share': 'double', 'other_share': 'double',
            'household_share': 'double'
        }) }}
    from {{ ref('int_match_models_estimated') }} as models
),

levels as (
    {{ match_levels() }}
),

final as (
    select
        weights.*,
        levels.label,
        levels.multiplier,
        levels.radix,
        log2(weights.match_share / weights.other_share) as match_weight
    from weights
    inner join levels on weights.field = levels.field and weights.level = levels.level
)

select * from final
