-- an offer that few may have goes to those most likely to buy
with offers as (
    select offers.*
    from {{ ref('stg_operations__offers') }} as offers
    cross join {{ ref('stg_operations__current_night') }} as night
    where
        coalesce(offers.starts_on <= cast(night.as_of as date), true)
        and coalesce(offers.ends_on >= cast(night.as_of as date), true)
),

{{ audience_steps(ref('stg_operations__offer_segments'), 'offer') }},

eligible as (
    select
        offers.offer,
        offers.priority,
        offers.most_customers,
        customers.customer_id,
        customers.purchase_probability_30_days
    from offers
    cross join {{ ref('content_variables') }} as customers
    left join restricted on offers.offer = restricted.offer
    where
        customers.is_known
        and customers.is_personalizable
        and {{ is_in_audience('offers', 'offer', 'customers') }}
),

allotted as (
    select
        *,
        row_number() over (
            partition by offer order by purchase_probability_30_days desc nulls last, customer_id asc
        ) as place
    from eligible
)

select
    allotted.customer_id,
    allotted.offer,
    cast(
        row_number() over (
            partition by allotted.customer_id order by allotted.priority, allotted.offer
        ) as integer
    ) as rank,
    night.started_at as computed_at,
    night.run_id
from allotted
cross join {{ ref('stg_operations__current_night') }} as night
where coalesce(allotted.place <= allotted.most_customers, true)
