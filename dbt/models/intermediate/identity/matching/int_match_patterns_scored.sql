-- Fellegi & Sunter (1969): the weight of a pair is the sum of its fields' weights, in bits, on top of what is
-- known of two records before they are compared. Those under one roof are a third class beside matches and
-- strangers: what they explain as well is no evidence for a match.
with patterns as (
    select distinct pattern
    from {{ ref('int_match_patterns_counted') }}
    where is_blocked
),

leveled as (
    select
        patterns.pattern,
        weights.*
    from patterns
    inner join {{ ref('int_match_weights_listed') }} as weights
        on {{ level_in_pattern('patterns.pattern', 'weights.multiplier', 'weights.radix') }} = weights.level
),

summed as (
    select
        pattern,
        {{ exact_sum('match_weight') }} as fields_weight,
        {{ exact_sum('log2(household_share / other_share)') }} as household_weight,
        {{ evidence_list('field', 'label', 'match_weight', 'multiplier', "level > 0") }} as evidence
    from leveled
    group by 1
),

weighed as (
    select
        summed.pattern,
        summed.evidence,
        summed.fields_weight,
        log2(models.match_share / (1 - models.match_share - models.household_share)) as prior_weight,
        -log2(
            1 + models.household_share / (1 - models.match_share - models.household_share)
            * power(2, summed.household_weight)
        ) as same_household_weight
    from summed
    cross join {{ ref('int_match_models_estimated') }} as models
),

final as (
    select
        pattern,
        prior_weight,
        same_household_weight,
        prior_weight + fields_weight + same_household_weight as match_weight,
        {{ weight_to_probability('prior_weight + fields_weight + same_household_weight') }}
            as match_probability,
        evidence
    from weighed
)

select * from final
