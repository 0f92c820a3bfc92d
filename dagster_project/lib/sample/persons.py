"""Who lives in the invented world: names, households, addresses, mailboxes and phone numbers, as they really are.

What a shop's systems make of these persons (copies, typos, old addresses) belongs in `crm`, what they like in `tastes`.
"""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from dagster_project.lib.sample.plan import Plan


def build_persons(connection: DuckDBPyConnection, plan: Plan) -> None:
    """Create `world.persons`, one row a person; `n` counts them from 0, customers first."""
    connection.execute(f"""
        create table world.draws as
        with housed as (
            -- two neighbours in the count may share a home: `home` is the first of them
            select n, if(n % 2 = 1 and n < {plan.customers} and chance('household', n // 2, 0.25), n - 1, n) as home
            from range({plan.persons}) as numbers(n)
        )
        select n, home, n >= {plan.customers} as is_anonymous,
            case when u('country', home) < 0.55 then 'GB' when u('country', home) < 0.73 then 'DE'
                when u('country', home) < 0.88 then 'FR' else 'US' end as country,
            if(chance('gender', n, 0.53), 'female', 'male') as gender,
            pick_word('first name', n) as first_name, pick_word('surname', home) as surname,
            -- some move, some take another surname, both within the half year
            if(chance('moves', home, 0.12), 20 + pick('moving day', home, 140), null) as moved_day,
            if(gender = 'female' and chance('renamed', n, 0.07), 20 + pick('renaming day', n, 140), null)
                as renamed_day,
            date '1945-01-01' + pick('birth', n, 22600) as birth_date
        from housed
    """)
    connection.execute("""
        create table world.persons as
        select 'P' || lpad((d.n + 1)::varchar, 7, '0') as person_id, d.n, d.home, d.is_anonymous, d.country, d.gender,
            f.word as first_name, f.extra as nickname, s.word as last_name,
            if(d.renamed_day is not null, r.word, null) as later_last_name, d.renamed_day, d.birth_date,
            d.country || '-' || lpad(((d.n * 2654435761) % 10000000000)::varchar, 10, '0') as national_id,
            (1 + pick('door', d.home, 140))::varchar as door, a.word as street, c.word as place,
            (1 + pick('door 2', d.home, 140))::varchar as later_door, a2.word as later_street, c2.word as later_place,
            d.moved_day
        from world.draws as d
        join world.words as f on f.list = d.gender and f.country = d.country and f.position = d.first_name
        join world.words as s on s.list = 'surname' and s.country = d.country and s.position = d.surname
        join world.words as r on r.list = 'surname' and r.country = d.country
            and r.position = pick_word('new name', d.n)
        join world.words as a on a.list = 'street' and a.country = d.country
            and a.position = pick_word('street', d.home)
        join world.words as a2 on a2.list = 'street' and a2.country = d.country
            and a2.position = pick_word('street 2', d.home)
        join world.words as c on c.list = 'city' and c.country = d.country and c.position = pick_word('city', d.home)
        join world.words as c2 on c2.list = 'city' and c2.country = d.country
            and c2.position = pick_word('city 2', d.home)
        order by d.n
    """)


def build_contacts(connection: DuckDBPyConnection) -> None:
    """Create `world.contacts`, one row a person who is not anonymous: two mailboxes, a phone.

    A household has one phone. A company's mailbox (info@...) is shared by the few persons who work there.
    """
    connection.execute("""
        create table world.contacts as
        with named as (
            select n, home, country,
                case pick('mailbox', n, 4)
                    when 0 then slug(first_name) || '.' || slug(last_name)
                    when 1 then left(slug(first_name), 1) || slug(last_name)
                    when 2 then slug(coalesce(nickname, first_name)) || '_' || slug(last_name)
                    else slug(last_name) || '.' || slug(first_name) end as mailbox,
                slug(coalesce(nickname, first_name)) || (birth_date.year() % 100)::varchar as mailbox_2
            from world.persons where not is_anonymous
        ), numbered as (
            select *, row_number() over (partition by mailbox order by n) as copy,
                dense_rank() over (partition by country order by home) - 1 as phone_number
            from named
        )
        select n, numbered.country, phone_number,
            mailbox || if(copy = 1, '', copy::varchar) || '@example.'
                || choose('domain', n, ['com', 'org', 'net']) as email,
            mailbox_2 || '.' || n::varchar || '@mail.example.com' as email_2,
            if(chance('company', n, 0.04), 'info@' || slug(company.word) || '-' || (n // 60)::varchar || '.example.org',
                null) as company_email
        from numbered
        join world.words as company on company.list = 'surname' and company.country = 'GB'
            and company.position = pick_word('company', n // 60)
    """)


def build_devices(connection: DuckDBPyConnection) -> None:
    """Create `world.devices`, one row a person and device; the site knows a device as a visitor.

    The second of a household sometimes uses the first one's device.
    """
    connection.execute("""
        create table world.devices as
        with owned as (
            select n, d, if(d = 1 and home <> n and chance('borrows', n, 0.4), home * 4, n * 4 + d) as device
            from world.persons, range(3) as numbers(d)
            where d = 0 or (not is_anonymous and chance('devices', n, if(d = 1, 0.45, 0.12)))
        )
        select n, d, to_hex((hash(hash(device, 'visitor')) >> 16)) as visitor_id,
            case pick('device', device, 10) when 0 then 'tablet' when 1 then 'desktop' when 2 then 'desktop'
                when 3 then 'desktop' else 'mobile' end as device_type,
            ['Chrome', 'Safari', 'Firefox', 'Edge'][1 + floor(pow(u('browser', device), 1.6) * 4)::integer] as browser,
            case device_type when 'desktop' then choose('system', device, ['Windows', 'macOS', 'Linux'])
                else choose('system', device, ['Android', 'iOS']) end as operating_system,
            chance('logs in', n * 4 + d, 0.62) as logs_in
        from owned
    """)
