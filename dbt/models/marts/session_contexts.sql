-- what is known of the town goes before what is known of the whole country
with countries as (
    select
        country,
        coalesce(country_code(country), upper(country)) as country_code
    from (select distinct country from {{ ref('fct_sessions') }}) as written
    where country is not null
),

places as (
    select
        sessions.session_id,
        cast(sessions.started_at as date) as started_on,
        coalesce(countries.country_code, '') as country,
        lower(sessions.city) as city
    from {{ ref('fct_sessions') }} as sessions
    left join countries on sessions.country = countries.country
),

observed as (
    select * from {{ ref('int_places_observed') }}
),

contexts as (
    select
        places.session_id,
        coalesce(towns.weather, wide.weather) as weather,
        coalesce(towns.temperature, wide.temperature) as temperature,
        coalesce(towns.holiday, wide.holiday) as holiday
    from places
    left join observed as towns
        on places.started_on = towns.observed_date
        and places.country = towns.country
        and places.city = towns.city
    left join observed as wide
        on places.started_on = wide.observed_date
        and places.country = wide.country
        and wide.city = ''
)

select
    attributed.session_id,
    attributed.customer_id,
    attributed.attributed_channel,
    attributed.attributed_source,
    attributed.attributed_campaign,
    contexts.weather,
    contexts.temperature,
    contexts.holiday,
    contexts.holiday is not null as is_holiday
from {{ ref('int_sessions_attributed') }} as attributed
inner join contexts on attributed.session_id = contexts.session_id
