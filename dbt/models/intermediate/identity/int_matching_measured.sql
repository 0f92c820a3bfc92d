-- over pairs of records whose person is known: of those of one customer, and of those of one person
with known as (
    select
        truth.person,
        records.customer_id,
        count(*) as records
    from {{ ref('stg_operations__identity_truth') }} as truth
    inner join {{ ref('int_records_resolved') }} as records on truth.record_key = records.record_key
    group by 1, 2
),

customers as (
    select
        customer_id,
        sum(records) as records
    from known
    group by 1
),

persons as (
    select
        person,
        sum(records) as records
    from known
    group by 1
),

pairs as (
    select
        (select sum(records * (records - 1) / 2) from known) as right_pairs,
        (select sum(records * (records - 1) / 2) from customers) as customer_pairs,
        (select sum(records * (records - 1) / 2) from persons) as person_pairs
),

final as (
    select
        'measured_precision' as metric,
        right_pairs / customer_pairs as value
    from pairs
    where customer_pairs > 0
    union all
    select
        'measured_recall' as metric,
        right_pairs / person_pairs as value
    from pairs
    where person_pairs > 0
)

select * from final
