-- '' stands for records that name no country
with written as (
    select coalesce(country, '') as country
    from {{ ref('stg_crm__customers') }}
    union all
    select '' as country
),

named as (
    select
        country,
        country_code(country) as country_code,
        count(*) as customers
    from written
    group by country
),

totals as (
    select
        country_code,
        sum(customers) as customers
    from named
    where country_code is not null
    group by country_code
),

-- of countries with equally many customers the first in the alphabet
most_frequent as (
    select country_code
    from totals
    order by customers desc, country_code asc
    limit 1
),

final as (
    select
        named.country,
        named.country_code,
        coalesce(
            named.country_code, settings.default_country, most_frequent.country_code, 'ZZ'
        ) as dialling_country
    from named
    cross join {{ ref('stg_operations__identity_settings') }} as settings
    left join most_frequent on true
)

select * from final
