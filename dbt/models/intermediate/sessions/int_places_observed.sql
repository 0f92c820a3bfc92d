-- of several values for one day and place the largest, so that no order of files decides
with observations as (
    select
        observed_date,
        coalesce(country_code(coalesce(country, '')), upper(country), '') as country,
        lower(coalesce(city, '')) as city,
        attribute,
        value
    from {{ ref('stg_context__observations') }}
    where attribute in ('condition', 'temperature_celsius', 'holiday')
),

final as (
    select
        observed_date,
        country,
        city,
        max(case attribute when 'condition' then value end) as weather,
        max(case attribute when 'temperature_celsius' then {{ number_in_text('value') }} end)
            as temperature,
        max(
            case
                when attribute = 'holiday' and lower(value) not in ('no', 'false', 'none', '0') then value
            end
        ) as holiday
    from observations
    group by 1, 2, 3
)

select * from final
