-- one row per pair that is asked about, with the first true reason why its records are no one customer
with ranked as (
    select
        pairs.pair_number,
        refusals.one_record,
        refusals.other_record,
        refusals.reason,
        refusals.detail,
        refusals.match_weight,
        refusals.evidence,
        row_number() over (
            partition by pairs.pair_number
            order by
                -- a refusal for certain, then what the two records themselves were judged by, then what others were
                case when refusals.place <= 3 then 1 when refusals.found_by = 'comparison' then
                    case when pairs.are_persons then 2 else 3 end
                    when {{ is_between_groups('refusals', 'pairs') }} then 2 else 4
                end,
                refusals.place, refusals.match_weight desc nulls last, refusals.one_record, refusals.other_record
        ) as place
    from explained_pairs as pairs
    inner join explained_refusals as refusals
        on refusals.one_customer = least(pairs.left_customer, pairs.right_customer)
        and refusals.other_customer = greatest(pairs.left_customer, pairs.right_customer)
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
