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

{{ consents_held() }}

select * from held
