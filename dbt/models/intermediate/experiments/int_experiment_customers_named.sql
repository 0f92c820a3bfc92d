-- a tool calls customers by our ids or by those of the shop: the CRM's first, then what they log in with
with names as (
    select distinct exposures.unit_id as name
    from {{ ref('stg_experiments__exposures') }} as exposures
    inner join {{ ref('stg_operations__experiments') }} as experiments
        on exposures.experiment_id = experiments.experiment_id
    where experiments.unit = 'customer'
),

meanings as (
    select
        customer_id as name,
        customer_id,
        1 as place,
        null as last_seen_at
    from {{ ref('dim_customers') }}
    union all
    select
        customer_id as name,
        current_customer_id as customer_id,
        2 as place,
        null as last_seen_at
    from {{ ref('customer_id_aliases') }}
    where current_customer_id is not null
    union all
    select
        source_record_id as name,
        customer_id,
        case record_kind when 'customer' then 3 when 'user' then 4 when 'loyalty' then 5 else 6 end as place,
        last_seen_at
    from {{ ref('customer_identities') }}
    where record_kind in ('customer', 'user', 'loyalty', 'visitor')
),

ranked as (
    select
        meanings.name,
        meanings.customer_id,
        row_number() over (
            partition by meanings.name
            order by meanings.place asc, meanings.last_seen_at desc nulls last, meanings.customer_id asc
        ) as place
    from meanings
    inner join names on meanings.name = names.name
),

final as (
    select
        name,
        customer_id
    from ranked
    where place = 1
)

select * from final
