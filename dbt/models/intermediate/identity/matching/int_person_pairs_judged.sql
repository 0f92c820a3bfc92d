-- every pair that was compared, and those that need no comparing, since an id or a person settles them
with settings as (
    select * from {{ ref('stg_operations__identity_settings') }}
),

scored as (
    select
        pairs.left_id,
        pairs.right_id,
        pairs.pattern,
        scores.match_weight,
        scores.match_weight - models.threshold as margin
    from {{ ref('int_person_pairs_compared') }} as pairs
    inner join {{ ref('int_match_patterns_scored') }} as scores on pairs.pattern = scores.pattern
    cross join {{ ref('int_match_models_estimated') }} as models
),

-- records that one id names, in two feeds, are one person already
same_ids as (
    select
        least(one.person_id, other.person_id) as left_id,
        greatest(one.person_id, other.person_id) as right_id
    from {{ ref('int_persons_prepared') }} as one
    inner join {{ ref('int_persons_prepared') }} as other
        on substr(one.record_key, strpos(one.record_key, '|'))
        = substr(other.record_key, strpos(other.record_key, '|'))
        and one.record_key < other.record_key
),

-- a person's decision outranks ids
settled as (
    select
        left_id,
        right_id,
        min_by(verdict, place) as verdict
    from (
        select
            left_id,
            right_id,
            decision as verdict,
            1 as place
        from {{ ref('int_persons_decided') }}
        union all
        select
            left_id,
            right_id,
            'same id' as verdict,
            2 as place
        from same_ids
    ) as pairs
    group by 1, 2
),

conflicting as (
    select
        scored.left_id,
        scored.right_id,
        case
            when settings.national_id_conflict = 'veto' and one.national_id <> other.national_id
                then 'national id conflict'
            when
                settings.birth_date_conflict = 'veto'
                and abs(one.birth_year - other.birth_year) > settings.birth_date_conflict_years
                then 'birth date conflict'
        end as verdict
    from scored
    inner join {{ ref('int_persons_prepared') }} as one on scored.left_id = one.person_id
    inner join {{ ref('int_persons_prepared') }} as other on scored.right_id = other.person_id
    cross join settings
    where scored.margin > 0 and 'veto' in (settings.national_id_conflict, settings.birth_date_conflict)
),

final as (
    select
        scored.*,
        case
            when settled.verdict is not null then settled.verdict
            when scored.margin <= 0 then 'below threshold'
            when conflicting.verdict is not null then conflicting.verdict
            else 'match'
        end as verdict
    from scored
    left join settled on scored.left_id = settled.left_id and scored.right_id = settled.right_id
    left join conflicting on scored.left_id = conflicting.left_id and scored.right_id = conflicting.right_id
    union all by name
    select
        settled.left_id,
        settled.right_id,
        settled.verdict
    from settled
    anti join scored on settled.left_id = scored.left_id and settled.right_id = scored.right_id
)

select * from final
