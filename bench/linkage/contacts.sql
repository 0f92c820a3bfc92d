-- where they live and how they are reached: two of each, since people move and change numbers
create temp table addresses as
select
    household,
    country,
    which,
    houses.word as street,
    1 + (pow(chance(household, which || 'number'), 2) * 180)::integer as house_number,
    cities.word as city,
    regions.word as region,
    case country
        when 'GB' then
            chr(65 + (cities.rank % 26)::integer) || chr(65 + (cities.rank * 7 % 26)::integer)
            || (1 + cities.rank % 19) || ' ' || zone % 9 || chr(65 + (zone % 25)::integer) || chr(66 + (zone % 23)::integer)
        when 'PL' then printf('%02d-%03d', 10 + cities.rank % 90, cities.rank * 7 % 900 + zone % 40)
        else printf('%05d', 1000 + cities.rank * 97 % 98000 + zone % 40)
    end as postal_code
from (
    select
        household,
        country,
        which,
        zipf(household, which || 'street', 900, 20) as street_rank,
        zipf(household, which || 'city', 500, 4) as city_rank,
        dice(household, which || 'street') % 1009 as zone
    from (select distinct household, country from drawn), (select unnest(['', 'later ']) as which)
)
inner join words as houses using (country)
inner join words as cities using (country)
inner join words as regions using (country)
where
    houses.kind = 'street' and houses.rank = street_rank
    and cities.kind = 'city' and cities.rank = city_rank
    and regions.kind = 'region' and regions.rank = cities.rank % 20;

create temp table mailboxes as
select
    person,
    which,
    case
        when which = '' and chance(person, 'company') < 0.02
            then ['info', 'office', 'sales'][1 + (dice(person, 'box') % 3)::integer]
                || '@' || company || '.example'
        else account || if(taken > 0, taken::varchar, '') || '@' || domain
    end as email
from (
    select
        *,
        row_number() over (partition by account, domain order by person, which) - 1 as taken
    from (
        select
            person,
            which,
            surname_ascii[:6] || zipf(person, 'company number', 4000, 40) as company,
            case dice(person, which || 'account') % 7
                when 0 then given_ascii || '.' || surname_ascii
                when 1 then given_ascii || '.' || surname_ascii || right(year(birth_date)::varchar, 2)
                when 2 then given_ascii[:1] || surname_ascii || digits
                when 3 then given_ascii || digits
                when 4 then surname_ascii || '.' || given_ascii[:1]
                when 5 then coalesce(lower(strip_accents(nickname)), given_ascii) || '_' || surname_ascii || digits
                else substr(md5((person + 7)::varchar), 1, 7) || digits
            end as account,
            [
                'gmail.com', 'gmail.com', 'gmail.com', 'hotmail.com', 'outlook.com', 'yahoo.com', 'icloud.com',
                'mail.' || lower(country), 'web.' || lower(country), 'post.' || lower(country)
            ][1 + (dice(person, which || 'provider') % 10)::integer] as domain
        from named, (select unnest(['', 'later ']) as which)
    )
);

create temp table telephones as
select
    person,
    which,
    case country
        when 'US' then '1' || [212, 213, 303, 305, 312, 404, 415, 512, 617, 713][1 + (line % 10)::integer] || printf('%07d', 2000000 + line // 10 % 7900000)
        when 'GB' then if(is_shared, '442079', '4477') || printf(if(is_shared, '%06d', '%08d'), line % if(is_shared, 1000000, 100000000))
        when 'DE' then if(is_shared, '4930', '49151') || printf('%08d', 11000000 + line % 78000000)
        when 'ES' then if(is_shared, '3491', '346') || printf(if(is_shared, '%07d', '%08d'), line % if(is_shared, 10000000, 100000000))
        when 'IT' then if(is_shared, '3906', '3933') || printf('%08d', 20000000 + line % 79000000)
        else if(is_shared, '4822', '4850') || printf('%07d', 1000000 + line % 8900000)
    end as phone
from (
    select
        person,
        which,
        country,
        which = '' and chance(person, 'landline') < 0.35 as is_shared,
        dice(if(is_shared, household + 10000000000, person), which || 'line') as line
    from named, (select unnest(['', 'later ']) as which)
);
