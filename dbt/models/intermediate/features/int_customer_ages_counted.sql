-- as exports write dates of birth, read by the custom of the customer's country
with born as (
    select
        customers.customer_id,
        {{ date_of_text('lower(trim(customers.birth_date))', 'countries.country_code') }} as birth_date
    from {{ ref('dim_customers') }} as customers
    left join {{ ref('int_countries_normalized') }} as countries
        on coalesce(customers.country, '') = countries.country
    where customers.birth_date is not null
),

counted as (
    select
        born.customer_id,
        cast({{ years_between('born.birth_date', 'cast(night.as_of as date)') }} as integer) as age
    from born
    cross join {{ ref('stg_operations__current_night') }} as night
    where born.birth_date <= night.as_of
),

final as (
    select
        customer_id,
        age,
        case
            when age < 18 then 'under_18'
            when age < 25 then '18_24'
            when age < 35 then '25_34'
            when age < 45 then '35_44'
            when age < 55 then '45_54'
            when age < 65 then '55_64'
            else '65_and_over'
        end as age_band
    from counted
    where age <= 120
)

select * from final
