-- one row per thing that could have made two customers one: a decision, a comparison, a shared identifier
with keys as (
    select
        left_id,
        right_id,
        {{ evidence_of_keys() }} as evidence
    from explained_keys
    group by 1, 2
),

decided as (
    select
        least(one.customer_id, other.customer_id) as one_customer,
        greatest(one.customer_id, other.customer_id) as other_customer,
        decisions.left_record as one_record,
        decisions.right_record as other_record,
        'excluded by a person' as reason,
        {{ decision_in_words('decisions') }} as detail
    from {{ ref('stg_operations__identity_decisions') }} as decisions
    inner join {{ ref('int_records_resolved') }} as one on decisions.left_record = one.record_key
    inner join {{ ref('int_records_resolved') }} as other on decisions.right_record = other.record_key
    where decisions.decision = 'exclude'
),

compared as (
    select
        pairs.one_customer,
        pairs.other_customer,
        pairs.one_record,
        pairs.other_record,
        case
            when pairs.refusal is not null then pairs.refusal
            when pairs.verdict = 'exclude' then 'excluded by a person'
            when pairs.verdict is not null then pairs.verdict
            when keys.left_id is not null then 'blocks too large'
            else 'no key in common'
        end as reason,
        pairs.refusal_detail as detail,
        pairs.match_weight,
        case
            when pairs.verdict is not null then pairs.evidence
            else keys.evidence
        end as evidence
    from explained_comparisons as pairs
    left join keys on pairs.left_id = keys.left_id and pairs.right_id = keys.right_id
),

found as (
    select
        *,
        'decision' as found_by
    from decided
    union all by name
    select
        *,
        'comparison' as found_by
    from compared
    union all by name
    select
        *,
        'identifier' as found_by
    from explained_links
    where reason is not null
)

select
    *,
    case reason
        when 'excluded by a person' then 1
        when 'veto' then 2
        when 'outweighed' then 3
        when 'cluster size limit' then 3
        when 'below threshold' then 4
        when 'blocks too large' then 6
        when 'no key in common' then 7
        when 'names several persons' then 4
        when 'another person is likelier' then 4
        when 'device of several users' then 5
        when 'identifier overused' then 6
        else 7
    end as place
from found
