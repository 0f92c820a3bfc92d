-- one row per pair that is asked about, with the first true reason why its records are no one customer
with considered as (
    select
        pairs.pair_number,
        refusals.*,
        -- a refusal for certain, then what the two records themselves were judged by, then what others were
        case
            when refusals.place <= 3 then 1
            when refusals.found_by = 'comparison' and pairs.are_persons then 2
            when {{ is_between_groups('refusals', 'pairs') }} then 2
            when refusals.found_by = 'comparison' then 3
            else 4
        end as nearness
    from explained_pairs as pairs
    inner join explained_refusals as refusals
        on refusals.one_customer = least(pairs.left_customer, pairs.right_customer)
        and refusals.other_customer = greatest(pairs.left_customer, pairs.right_customer)
),

ranked as (
    select
        {{ all_but(['place']) }},
        row_number() over (
            partition by pair_number
            order by
                nearness asc,
                found_by = 'comparison' desc,
                place asc,
                match_weight desc nulls last,
                one_record asc,
                other_record asc
        ) as place
    from considered
)

select
    pairs.pair_number,
    pairs.left_record,
    pairs.right_record,
    pairs.left_customer,
    pairs.right_customer,
    case
        when pairs.left_customer = pairs.right_customer then 'one customer'
        else coalesce(ranked.reason, 'no identifier in common')
    end as reason,
    ranked.detail,
    ranked.one_record,
    ranked.other_record,
    ranked.match_weight,
    ranked.evidence
from explained_pairs as pairs
left join ranked on pairs.pair_number = ranked.pair_number and ranked.place = 1
