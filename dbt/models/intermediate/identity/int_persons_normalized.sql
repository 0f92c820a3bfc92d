with customers as (
    select
        crm.*,
        crm.feed || '|customer|' || crm.customer_id_crm as record_key,
        countries.country_code,
        countries.dialling_country,
        case when crm.first_name is null or crm.last_name is null then concat(crm.first_name, crm.last_name) end
            as lone_name,
        lower(crm.birth_date) as birth_date_text,
        coalesce(lone_name like '%,%', false) as is_inverted
    from {{ ref('stg_crm__customers') }} as crm
    inner join {{ ref('int_countries_normalized') }} as countries on coalesce(crm.country, '') = countries.country
),

-- a lone name may be written as `surname, given names`
folded as (
    select
        *,
        {{ folded_text("case when is_inverted then substr(lone_name, strpos(lone_name, ',') + 1) else first_name end") }}
            as given_names,
        {{ folded_text("case when is_inverted then split_part(lone_name, ',', 1) else last_name end") }}
            as family_name,
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
        case when position(' ' in whole_name) > 0 then {{ surname_of_whole('whole_name') }} else family_name end
            as surname,
        case when position(' ' in whole_name) > 0 then {{ given_names_of_whole('whole_name') }} else given_names end
            as given_name
    from (
        select
            *,
            case when given_names is null or family_name is null then coalesce(given_names, family_name) end
                as whole_name
        from bare
    ) as wholes
),

-- a day that far more people share than can be born on it stands in for one that nobody knows
placeholder_days as (
    select birth_day
    from (
        select
            birth_day,
            count(*) as people,
            avg(count(*)) over () as expected_people
        from folded
        where birth_day is not null
        group by 1
    ) as days
    where people > 20 and people > 25 * expected_people
),

final as (
    select
        named.record_key,
        named.feed,
        named.given_name,
        coalesce(whole_roots.root, first_roots.root, split_part(named.given_name, ' ', 1)) as given_name_root,
        named.surname,
        case
            when placeholder_days.birth_day is not null then null
            when named.birth_day > date '1900-01-01' and named.birth_day <= cast({{ as_of() }} as date)
                then named.birth_day
        end as birth_date,
        {{ house_number('named.street_and_number') }} as house_number,
        {{ street_name('named.street_and_number') }} as street,
        {{ abbreviated_words('named.city_folded') }} as city,
        {{ postal_code_key('named.postal_code', 'named.country_code') }} as postal_code,
        named.region_folded as region,
        named.country_code as country,
        {{ email_match_key('named.email') }} as email,
        phones.match_key as phone,
        {{ national_id_match_key('named.national_id') }} as national_id,
        {{ gender_key('named.gender') }} as gender,
        named.loyalty_id_crm as loyalty_id
    from named
    left join {{ ref('int_identifiers_collected') }} as phones
        on named.record_key = phones.record_key and phones.identifier_kind = 'phone'
    left join {{ ref('stg_operations__nicknames') }} as whole_roots on named.given_name = whole_roots.nickname
    left join {{ ref('stg_operations__nicknames') }} as first_roots
        on split_part(named.given_name, ' ', 1) = first_roots.nickname
    left join placeholder_days on named.birth_day = placeholder_days.birth_day
)

select * from final
