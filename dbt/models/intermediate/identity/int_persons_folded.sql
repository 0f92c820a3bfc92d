with customers as (
    select
        crm.*,
        crm.feed || '|customer|' || crm.customer_id_crm as record_key,
        countries.country_code,
        countries.dialling_country,
        -- a lone name may be written as `surname, given names`
        case
            when crm.first_name is null or crm.last_name is null then coalesce(crm.first_name, crm.last_name)
        end as lone_name,
        lower(crm.birth_date) as birth_date_text,
        coalesce(lone_name like '%,%', false) as is_inverted,
        case when is_inverted then substr(lone_name, strpos(lone_name, ',') + 1) else crm.first_name end
            as given_part,
        case when is_inverted then split_part(lone_name, ',', 1) else crm.last_name end as family_part
    from {{ ref('stg_crm__customers') }} as crm
    inner join {{ ref('int_countries_normalized') }} as countries
        on coalesce(crm.country, '') = countries.country
),

folded as (
    select
        *,
        {{ folded_text('given_part') }} as given_names,
        {{ folded_text('family_part') }} as family_name,
        {{ street_and_number('street_address') }} as street_and_number,
        {{ folded_text('city') }} as city_folded,
        {{ folded_text('region') }} as region_folded,
        {{ date_of_text('birth_date_text', 'dialling_country') }} as birth_day
    from customers
),

bare as (
    select
        {{ all_but(['given_names', 'family_name']) }},
        {{ bare_name('given_names') }} as given_names,
        {{ bare_name('family_name') }} as family_name
    from folded
),

named as (
    select
        *,
        whole_name like '% %' and {{ is_surname_with_particle('family_name') }} is not true as is_whole,
        case when is_whole then {{ given_names_of_whole('whole_name') }} else given_names end as given_name,
        case when is_whole then {{ surname_of_whole('whole_name') }} else family_name end as surname
    from (
        select
            *,
            case when given_names is null or family_name is null then coalesce(given_names, family_name) end
                as whole_name
        from bare
    ) as wholes
),

final as (
    select
        record_key,
        feed,
        given_name,
        surname,
        birth_day,
        street_and_number,
        city_folded,
        region_folded,
        postal_code,
        country_code,
        email,
        national_id,
        gender,
        loyalty_id_crm
    from named
)

select * from final
