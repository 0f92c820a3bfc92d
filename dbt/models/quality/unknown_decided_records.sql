with decisions as (
    select * from {{ ref('stg_operations__identity_decisions') }}
),

named as (
    select
        line,
        decision,
        left_record as record_key
    from decisions
    union all
    select
        line,
        decision,
        right_record as record_key
    from decisions
)

select
    named.line,
    named.decision,
    split_part(named.record_key, '|', 1) as feed,
    split_part(named.record_key, '|', 2) as record_kind,
    count(*) as records
from named
left join {{ ref('int_records_resolved') }} as records on named.record_key = records.record_key
where records.record_key is null
group by 1, 2, 3, 4
