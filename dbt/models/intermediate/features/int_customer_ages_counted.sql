-- as exports write dates of birth, read by the custom of the customer's country
with born as (
    select
        customers.customer_id,
        {{ date_of_text('lower(trim(customers.birth_date))', 'countries.country_code') }} as birth_date
    from {{ ref('dim_customers') }} as customers
    left join {{ ref('int_countries_normalized') }} as countries on coalesce(customers.country, '') = countries.country
    where customers.birth_date is not null
),

counted as (
    select
        customer_id,
        cast({{ years_between('birth_date', 'cast(' ~ as_of() ~ ' as date)') }} as integer) as age
    from born
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
    where age between 0 and 120
)

select * from final
