with decisions as (
    select * from {{ ref('int_consent_decisions_resolved') }}
),

-- an anonymous visitor counts once they have decided anything, or where saying nothing is saying no: whoever
-- is not listed is taken for one who may be recommended to
customers as (
    select customer_id
    from {{ ref('dim_customers') }}
    where
        is_known
        or exists (
            select 1
            from {{ ref('stg_operations__undecided_consents') }}
            where purpose = 'personalization' and status = 'denied'
        )
    union
    select customer_id
    from decisions
),

-- whose data may not be sold or shared cannot be on a list for advertising, whatever was said of that
not_to_be_sold as (
    select
        customer_id,
        'advertising' as purpose,
        decided_at
    from decisions
    where purpose = 'sale_or_sharing' and status = 'denied'
),

final as (
    select
        customers.customer_id,
        undecided.purpose,
        case
            when not_to_be_sold.customer_id is not null then 'denied'
            else coalesce(decisions.status, undecided.status)
        end as status,
        decisions.status is null and not_to_be_sold.customer_id is null as is_default,
        case
            when decisions.status = 'denied' or not_to_be_sold.customer_id is null then decisions.decided_at
            else not_to_be_sold.decided_at
        end as decided_at
    from customers
    cross join {{ ref('stg_operations__undecided_consents') }} as undecided
    left join decisions
        on customers.customer_id = decisions.customer_id and undecided.purpose = decisions.purpose
    left join not_to_be_sold
        on customers.customer_id = not_to_be_sold.customer_id and undecided.purpose = not_to_be_sold.purpose
)

select * from final
