with rules as (
    select * from {{ ref('stg_operations__survivorship_rules') }}
),

candidates as (
    select
        collected.*,
        case when frequent.rule is not null then count(*) over (
            partition by collected.customer_id, collected.attribute, collected.compared_as
        ) end as records_alike,
        trusted.feed_rank
    from {{ ref('int_customer_attributes_collected') }} as collected
    left join rules as trusted
        on collected.attribute = trusted.attribute and collected.feed = trusted.feed
    left join rules as frequent
        on collected.attribute = frequent.attribute and frequent.rule = 'most_frequent'
),

ranked as (
    select
        *,
        row_number() over (
            partition by customer_id, attribute
            order by
                feed_rank asc nulls last, records_alike desc nulls last, seen_at desc nulls last, value desc
        ) as choice
    from candidates
),

final as (
    select
        customer_id,
        attribute,
        value
    from ranked
    where choice = 1
)

select * from final
