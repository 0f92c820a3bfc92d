with experiments as (
    select * from {{ ref('stg_operations__experiments') }}
),

told as (
    select
        'exposures' as exposure_source,
        experiment_id,
        unit_id,
        variant_id,
        exposed_at
    from {{ ref('stg_experiments__exposures') }}
    where unit_id is not null and variant_id is not null
    union all
    select
        'showings' as exposure_source,
        experiment_id,
        unit_id,
        variant_id,
        shown_at as exposed_at
    from {{ ref('int_experiment_showings_listed') }}
),

-- as assignments tell whose a visitor is
visitors as (
    select
        source_record_id as visitor_id,
        max_by(customer_id, row(last_seen_at, customer_id)) as customer_id
    from {{ ref('customer_identities') }}
    where record_kind = 'visitor'
    group by 1
),

-- a showing of a customer names who that is today
resolved as (
    select
        told.*,
        case
            when experiments.unit = 'visitor' then visitors.customer_id
            when told.exposure_source = 'showings' then told.unit_id
            else named.customer_id
        end as customer_id
    from told
    inner join experiments on told.experiment_id = experiments.experiment_id
    left join visitors on told.unit_id = visitors.visitor_id
    left join {{ ref('int_experiment_customers_named') }} as named on told.unit_id = named.name
    where
        (experiments.starts_at is null or told.exposed_at >= experiments.starts_at)
        and (experiments.ends_at is null or told.exposed_at < experiments.ends_at)
)

select
    experiment_id,
    exposure_source,
    unit_id,
    customer_id,
    variant_id,
    min(exposed_at) as exposed_at
from resolved
group by 1, 2, 3, 4, 5
