-- a decision that came in several files, or in several ways, counts from the first on
with decisions as (
    select
        customer_id,
        purpose,
        status,
        is_final,
        decided_at,
        min_by(kind, row(known_at, kind)) as kind,
        min(known_at) as known_at
    from {{ ref('int_consent_decisions_carried') }}
    group by 1, 2, 3, 4, 5
),

-- since when something is known that weighs more and was decided no later
weighed as (
    select
        *,
        min(known_at) filter (where is_final) over (partition by customer_id, purpose order by decided_at)
            as final_known_at,
        min(known_at) filter (where status = 'denied')
            over (partition by customer_id, purpose, is_final, decided_at)
            as denial_known_at
    from decisions
),

-- what was known only later than that never held
final as (
    select
        customer_id,
        purpose,
        status,
        kind,
        is_final,
        decided_at,
        known_at
    from weighed
    where
        (is_final or coalesce(known_at < final_known_at, true))
        and (status = 'denied' or coalesce(known_at < denial_known_at, true))
)

select * from final
