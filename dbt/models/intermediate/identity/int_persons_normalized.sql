with persons as (
    select * from {{ ref('int_persons_folded') }}
),

-- a day that far more people share than can be born on it stands in for one that nobody knows
placeholder_days as (
    select birth_day
    from (
        select
            birth_day,
            count(*) as people,
            avg(count(*)) over () as expected_people
        from persons
        where birth_day is not null
        group by 1
    ) as days
    where people > 20 and people > 25 * expected_people
),

final as (
    select
        persons.record_key,
        persons.feed,
        persons.given_name,
        coalesce(
            whole_roots.root, first_roots.root, split_part(persons.given_name, ' ', 1)
        ) as given_name_root,
        persons.surname,
        case
            when placeholder_days.birth_day is not null then null
            when persons.birth_day > date '1900-01-01' and persons.birth_day <= cast({{ as_of() }} as date)
                then persons.birth_day
        end as birth_date,
        {{ house_number('persons.street_and_number') }} as house_number,
        {{ street_name('persons.street_and_number') }} as street,
        {{ abbreviated_words('persons.city_folded') }} as city,
        {{ postal_code_key('persons.postal_code', 'persons.country_code') }} as postal_code,
        persons.region_folded as region,
        persons.country_code as country,
        {{ email_match_key('persons.email') }} as email,
        phones.match_key as phone,
        {{ national_id_match_key('persons.national_id') }} as national_id,
        {{ gender_key('persons.gender') }} as gender,
        persons.loyalty_id_crm as loyalty_id
    from persons
    left join {{ ref('int_identifiers_collected') }} as phones
        on persons.record_key = phones.record_key and phones.identifier_kind = 'phone'
    left join {{ ref('stg_operations__nicknames') }} as whole_roots
        on persons.given_name = whole_roots.nickname
    left join {{ ref('stg_operations__nicknames') }} as first_roots
        on split_part(persons.given_name, ' ', 1) = first_roots.nickname
    left join placeholder_days on persons.birth_day = placeholder_days.birth_day
)

select * from final
