-- what the exports hold: one row a record, of the person as the record's writer knew and spelt it
create temp table spoiled as
with counted as (
    select
        person,
        case
            when chance(person, 'records') < 0.4 then 1
            when chance(person, 'records') < 0.7 then 2
            when chance(person, 'records') < 0.9 then 3
            else 4
        end as records
    from named
)

select
    person,
    person * 4 + copy as record,
    -- most writers take care and some do not: errors come together
    case when chance(person * 4 + copy, 'writer') < 0.55 then 0.4 when chance(person * 4 + copy, 'writer') < 0.9 then 1.0 else 3.0 end
    * setting('errors') as errors
from (select person, unnest(range(records)) as copy from counted)
order by record
limit getvariable('records');

create temp table written as
select
    spoiled.*,
    named.country,
    birth_date,
    nickname,
    given_name,
    is_woman,
    if(chance(record, 'moved') < setting('moved'), 'later ', '') as residence,
    if(chance(record, 'other mailbox') < setting('moved'), 'later ', '') as mailbox,
    if(chance(record, 'other number') < setting('moved'), 'later ', '') as line,
    if(is_woman and chance(record, 'married') < setting('moved') / 3, later_surname, surname) as surname,
    household
from spoiled
inner join named using (person);

create table customers as
with owners as (
    select
        named.household,
        mailboxes.email
    from mailboxes
    inner join named using (person)
    where mailboxes.which = '' and named.role = 'adult'
),

told as (
    select
        record,
        written.person,
        errors,
        is_woman,
        written.country,
        case
            when nickname is not null and chance(record, 'nickname') < setting('nicknames') then nickname
            when chance(record, 'initial') < setting('nicknames') / 4 then given_name[:1] || '.'
            else given_name
        end as given,
        written.surname,
        case
            when day(birth_date) < 13 and chance(record, 'day and month') < 0.02 * errors
                then make_date(year(birth_date), day(birth_date), month(birth_date))
            when chance(record, 'placeholder') < 0.003 * errors then date '1970-01-01'
            when chance(record, 'wrong day') < 0.02 * errors then birth_date + ((dice(record, 'days') % 28)::integer - 14)
            when chance(record, 'wrong year') < 0.01 * errors
                then birth_date + to_years([-10, -1, 1, 10][1 + (dice(record, 'years') % 4)::integer])
            else birth_date
        end::date as birth_date,
        street,
        house_number + if(chance(record, 'number') < 0.01 * errors, 1 + (dice(record, 'other number') % 9)::integer, 0)
            as house_number,
        city,
        region,
        postal_code,
        if(chance(written.household, 'one mailbox') < 0.05, owners.email, mailboxes.email) as email,
        if(chance(record, 'no phone') < 0.004, '00000000', telephones.phone) as phone,
        printf('%010d', dice(written.person, 'national id') % 10000000000) as national_id,
        printf('L%08d', dice(written.person * 2 + (dice(record, 'card') % 20 = 0)::integer, 'loyalty') % 100000000) as loyalty_id
    from written
    inner join addresses on written.household = addresses.household and addresses.which = residence
    inner join mailboxes on written.person = mailboxes.person and mailboxes.which = mailbox
    inner join telephones on written.person = telephones.person and telephones.which = line
    left join owners on written.household = owners.household
),

misspelt as (
    select
        * exclude (given, surname),
        misspell(given, record, 'given', 0.05 * errors) as given,
        misspell(surname, record, 'surname', 0.05 * errors) as surname,
        chance(record, 'swapped') < 0.01 * errors as is_swapped
    from told
)

select
    'K' || lower(to_hex(dice(record, 'customer id'))) as customer_id,
    present(styled(if(is_swapped, surname, given), record), record, 'first name', 0.015) as first_name,
    present(styled(if(is_swapped, given, surname), record), record, 'last name', 0.01) as last_name,
    present(misspell(email, record, 'email', 0.02 * errors), record, 'email', 0.25) as email,
    present(
        case dice(record, 'phone style') % 3
            when 0 then '+' || misdial(phone, record, 'phone', 0.02 * errors)
            when 1 then '00' || misdial(phone, record, 'phone', 0.02 * errors)
            else '+' || phone[:2] || ' ' || misdial(phone[3:], record, 'phone', 0.02 * errors)
        end, record, 'phone', 0.25
    ) as phone,
    present(
        if(
            country in ('US', 'GB'),
            house_number || ' ' || misspell(street, record, 'street', 0.06 * errors),
            misspell(street, record, 'street', 0.06 * errors) || ' ' || house_number
        ), record, 'address', 0.12
    ) as street_address,
    present(styled(misspell(city, record, 'city', 0.04 * errors), record), record, 'address', 0.10) as city,
    present(region, record, 'region', 0.4) as region,
    present(misdial(postal_code, record, 'postal code', 0.03 * errors), record, 'address', 0.11) as postal_code,
    country,
    present(birth_date::varchar, record, 'birth date', 0.3) as birth_date,
    present(misdial(national_id, record, 'national id', 0.02 * errors), record, 'national id', setting('no_national_id')) as national_id,
    present(if(is_woman, ['f', 'female'], ['m', 'male'])[1 + (dice(record, 'word') % 2)::integer], record, 'gender', 0.3) as gender,
    present(loyalty_id, record, 'loyalty', 0.85) as loyalty_id,
    timestamp '2024-01-01' + to_seconds((dice(record, 'created') % 60000000)::bigint) as created_at,
    'P' || person as person_id
from misspelt
order by dice(record, 'order');
