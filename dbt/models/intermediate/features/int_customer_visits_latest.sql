-- what the last visit was like, and what the day of the night is like where the customer is
with sessions as (
    select
        customer_id,
        intent,
        device_type,
        country,
        city,
        row_number() over (partition by customer_id order by started_at desc, session_id desc) as place
    from {{ ref('fct_sessions') }}
    where customer_id is not null
),

-- the town of the last visit is where the customer is; without one, where they live
placed as (
    select
        customers.customer_id,
        sessions.intent,
        sessions.device_type,
        coalesce(country_code(coalesce(sessions.country, customers.country, '')), '') as country,
        lower(coalesce(sessions.city, customers.city, '')) as city
    from {{ ref('dim_customers') }} as customers
    left join sessions on customers.customer_id = sessions.customer_id and sessions.place = 1
),

today as (
    select observed.*
    from {{ ref('int_places_observed') }} as observed
    where observed.observed_date = cast({{ as_of() }} as date)
),

final as (
    select
        placed.customer_id,
        placed.intent,
        placed.device_type,
        coalesce(towns.weather, wide.weather) as weather,
        coalesce(towns.temperature, wide.temperature) as temperature,
        coalesce(towns.holiday, wide.holiday) as holiday
    from placed
    left join today as towns on placed.country = towns.country and placed.city = towns.city
    left join today as wide on placed.country = wide.country and wide.city = ''
)

select * from final
