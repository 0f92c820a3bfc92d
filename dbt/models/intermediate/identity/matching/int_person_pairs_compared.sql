with compared as (
    {{ compared_pairs(ref('int_person_pairs_blocked')) }}
),

final as (
    select
        left_id,
        right_id,
        pattern
    from compared
)

select * from final
