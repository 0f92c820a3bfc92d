-- '' stands for records that name no country
with written as (
    select
        coalesce(country, '') as country,
        count(*) as customers
    from {{ ref('stg_crm__customers') }}
    group by 1
    union all
    select
        '' as country,
        0 as customers
),

named as (
    select
        country,
        country_code(country) as country_code,
        sum(customers) as customers
    from written
    group by 1
),

-- of countries with equally many customers the first in the alphabet
most_frequent as (
    select country_code
    from named
    where country_code is not null
    group by country_code
    order by sum(customers) desc, country_code
    limit 1
),

final as (
    select
        named.country,
        named.country_code,
        coalesce(named.country_code, most_frequent.country_code, 'ZZ') as dialling_country
    from named
    left join most_frequent on true
)

select * from final
