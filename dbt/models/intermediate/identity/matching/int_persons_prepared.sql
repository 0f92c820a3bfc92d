with persons as (
    select
        *,
        {{ number_of_text(['record_key']) }} as person_id,
        coalesce(left(given_name, 1), '') || coalesce(left(surname, 1), '') as initials
    from {{ ref('int_persons_normalized') }}
    -- a record without two of these is told from others by its identifiers alone
    where cast(given_name is not null as integer)
        + cast(surname is not null as integer)
        + cast(birth_date is not null as integer)
        + cast(coalesce(street, city, postal_code) is not null as integer)
        + cast(national_id is not null as integer) >= 2
),

-- what people of many names share says nothing of any of them; by initials, since one slip makes another name, and with
-- room for slips: names tell apart the few who share what one of them may own
{%- for kind, limit in [
    ('email', 'most_customers_per_email'), ('phone', 'most_customers_per_phone'),
    ('loyalty_id', 'most_customers_per_loyalty_id'), ('national_id', 'most_customers_per_national_id')
] %}

usable_{{ kind }}s as (
    select {{ kind }}
    from persons
    where {{ kind }} is not null and {{ kind }} not in (
        select shared.identifier_value
        from {{ ref('stg_operations__identity_shared_values') }} as shared
        where shared.identifier_kind = '{{ kind }}'
    )
    group by 1
    having count(distinct initials) <= (
        select 4 * identity_settings.{{ limit }} from {{ ref('stg_operations__identity_settings') }} as identity_settings
    )
),
{%- endfor %}

final as (
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
        usable_national_ids.national_id,
        usable_emails.email,
        split_part(usable_emails.email, '@', 1) as mailbox_name,
        {{ digits_of('usable_emails.email') }} as mailbox_digits,
        usable_phones.phone,
        persons.street,
        persons.house_number,
        persons.city,
        persons.postal_code,
        persons.gender,
        usable_loyalty_ids.loyalty_id,
        coalesce(given_names.rarity, 3) as given_name_rarity,
        coalesce(surnames.rarity, 3) as surname_rarity
    from persons
    left join usable_emails on persons.email = usable_emails.email
    left join usable_phones on persons.phone = usable_phones.phone
    left join usable_loyalty_ids on persons.loyalty_id = usable_loyalty_ids.loyalty_id
    left join usable_national_ids on persons.national_id = usable_national_ids.national_id
    left join {{ ref('int_name_rarities_counted') }} as given_names
        on persons.given_name = given_names.name and given_names.field = 'given_name'
    left join {{ ref('int_name_rarities_counted') }} as surnames
        on persons.surname = surnames.name and surnames.field = 'surname'
)

select * from final
