{%- set limits = [
    ('email', 'most_customers_per_email'), ('phone', 'most_customers_per_phone'),
    ('loyalty_id', 'most_customers_per_loyalty_id'), ('national_id', 'most_customers_per_national_id')
] -%}
with settings as (
    select * from {{ ref('stg_operations__identity_settings') }}
),

persons as (
    select
        *,
        {{ number_of_text(['record_key']) }} as person_id,
        coalesce(left(given_name, 1), '') || coalesce(left(surname, 1), '') as initials
    from {{ ref('int_persons_normalized') }}
    -- a record without two of these is told from others by its identifiers alone
    where
        cast(given_name is not null as integer)
        + cast(surname is not null as integer)
        + cast(birth_date is not null as integer)
        + cast(coalesce(street, city, postal_code) is not null as integer)
        + cast(national_id is not null as integer) >= 2
),

-- what people of many names share says nothing of any of them; by initials, since one slip makes another
-- name, and with room for slips: names tell apart the few who share what one of them may own
{%- for kind, limit in limits %}

overused_{{ kind }}s as (
    select {{ kind }}
    from persons
    where
        {{ kind }} in (
            select frequent.{{ kind }}
            from persons as frequent
            where frequent.{{ kind }} is not null
            group by 1
            having count(*) > (select 4 * settings.{{ limit }} from settings)
        )
    group by 1
    having count(distinct initials) > (select 4 * settings.{{ limit }} from settings)
    union
    select shared.identifier_value as {{ kind }}
    from {{ ref('stg_operations__identity_shared_values') }} as shared
    where shared.identifier_kind = '{{ kind }}'
),
{%- endfor %}

usable as (
    select
        {% for kind, _ in limits -%}
        case
            when persons.{{ kind }} not in (select overused.{{ kind }} from overused_{{ kind }}s as overused)
                then persons.{{ kind }}
        end as {{ kind }},
        {% endfor -%}
        persons.{{ all_but(limits | map('first') | list) }}
    from persons
),

prepared as (
    select
        persons.person_id,
        persons.record_key,
        persons.given_name,
        persons.given_name_root,
        persons.surname,
        {{ date_digits('persons.birth_date') }} as birth_digits,
        cast(extract(year from persons.birth_date) as integer) as birth_year,
        cast(extract(month from persons.birth_date) as integer) as birth_month,
        cast(extract(day from persons.birth_date) as integer) as birth_day,
        persons.national_id,
        persons.email,
        split_part(persons.email, '@', 1) as mailbox_name,
        {{ digits_of('persons.email') }} as mailbox_digits,
        persons.phone,
        persons.street,
        persons.house_number,
        persons.city,
        persons.postal_code,
        persons.gender,
        persons.loyalty_id,
        coalesce(given_names.rarity, 3) as given_name_rarity,
        coalesce(surnames.rarity, 3) as surname_rarity
    from usable as persons
    left join {{ ref('int_name_rarities_counted') }} as given_names
        on persons.given_name = given_names.name and given_names.field = 'given_name'
    left join {{ ref('int_name_rarities_counted') }} as surnames
        on persons.surname = surnames.name and surnames.field = 'surname'
),

-- names what a record is compared by, so that the next build sees which ones changed
final as (
    select
        *,
        {{ number_of_text(compared_columns()) }} as content_digest
    from prepared
)

select * from final
