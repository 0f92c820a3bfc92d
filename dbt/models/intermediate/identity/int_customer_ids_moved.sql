-- what a record's customer was called after the last finished build and is called now, where it differs
with before as (
    select
        record_key,
        has_named_customer,
        is_there,
        case when is_there or heir_key is not null then customer_id end as customer_id
    from {{ ref('stg_operations__registered_records') }}
),

now as (
    select
        record_key,
        is_there,
        case when is_there or heir_key is not null then customer_id end as customer_id
    from {{ ref('int_records_registered') }}
),

moved as (
    select
        now.record_key,
        {{ own_customer_id('now.record_key') }} as own_customer_id,
        before.customer_id as previous_customer_id,
        now.customer_id,
        before.has_named_customer,
        now.is_there,
        before.is_there and not now.is_there as has_vanished
    from now
    inner join before on now.record_key = before.record_key
    where now.customer_id is distinct from before.customer_id or (before.is_there and not now.is_there)
),

-- where whoever reads the log looks for them: an id that went elsewhere took all with it that resolved to it
final as (
    select
        moved.*,
        case
            when named.own_customer_id is null then moved.previous_customer_id
            else named.customer_id
        end as expected_customer_id
    from moved
    left join moved as named on moved.previous_customer_id = named.own_customer_id
)

select * from final
