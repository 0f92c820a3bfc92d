"""The customer records a CRM holds: copies, misspellings, old addresses, shared mailboxes and later corrections.

Here belong crm/customers, crm/preferences and the loyalty cards. What customers say and ask belongs in `feedback`.
"""

from __future__ import annotations

from duckdb import DuckDBPyConnection


def build_accounts(connection: DuckDBPyConnection) -> None:
    """Create `world.cards` (loyalty cards) and `world.accounts` (CRM records: up to three a person, one row each)."""
    connection.execute("""
        create table world.cards as
        select n, replacement,
            'L' || lpad((((n * 2 + replacement) * 48271 + 17) % 89999999)::varchar, 8, '0') as loyalty_id,
            if(replacement = 1, 40 + pick('card lost', n, 120), null) as from_day
        from world.persons, range(2) as numbers(replacement)
        where not is_anonymous and chance('card', n, 0.62) and (replacement = 0 or chance('lost card', n, 0.05))
    """)
    connection.execute("""
        create table world.accounts as
        with kept as (
            select p.n, copy, t.first_day,
                -- newcomers sign up when they arrive, the others in the two years before; copies come later
                case when t.first_day > 0
                    then t.first_day + 0.35 + 0.5 * u('hour', n) + 3 * copy * u('copied', n * 4 + copy)
                    else -700 + 690 * u('signed up', n * 4) + copy * 250 * u('copied', n * 4 + copy) end as day
            from world.persons as p join world.tastes as t using (n), range(3) as numbers(copy)
            where not p.is_anonymous and chance('in crm', n, 0.88)
                and (copy = 0 or chance('copies', n, if(copy = 1, 0.16, 0.03)))
        )
        select n, copy, n * 4 + copy as k, at_day(least(day, 178)) as created_at, least(day, 178) as day,
            'C' || (100000 + row_number() over (order by day, n, copy))::varchar as customer_id
        from kept
    """)


def build_customers(connection: DuckDBPyConnection) -> None:
    """Create `landing.crm_customers`: each account as first written, and again when something about it changed."""
    connection.execute("""
        create table world.account_versions as
        select a.*, v as version, case v when 0 then a.day when 1 then p.moved_day when 2 then p.renamed_day
                else c.from_day end + if(v > 0, 0.4 + 0.3 * u('changed', a.k * 4 + v), 0) as version_day,
            -- a copy made before a move keeps the old address for ever: nobody updates it
            coalesce(p.moved_day <= version_day, false) as has_moved,
            coalesce(p.renamed_day <= version_day, false) as is_renamed,
            coalesce(c.from_day <= version_day, false) as has_new_card
        from world.accounts as a
        join world.persons as p using (n)
        left join world.cards as c on c.n = a.n and c.replacement = 1, range(4) as numbers(v)
        where v = 0 or (a.copy = 0 and version_day > a.day)
    """)
    connection.execute("""
        create table landing.crm_customers as
        with written as (
            select v.*, p.country, c.email as first_email, c.email_2, c.company_email, c.phone_number,
                l.loyalty_id as card,
                p.gender as true_gender, p.birth_date as born, p.national_id as national, u('first', v.k) as f,
                u('mail', v.k) as m,
                if(v.is_renamed, p.later_last_name, p.last_name) as surname, p.nickname, p.first_name as given,
                if(v.has_moved, p.later_door, p.door) as door, if(v.has_moved, p.later_street, p.street) as street,
                string_split(if(v.has_moved, p.later_place, p.place), '/') as place
            from world.account_versions as v
            join world.persons as p using (n)
            join world.contacts as c using (n)
            left join world.cards as l on l.n = v.n and l.replacement = v.has_new_card::integer
        ), spelled as (
            select *,
                case when copy = 0 and f < 0.08 or copy > 0 and f < 0.4 then coalesce(nickname, given)
                    when copy > 0 and f < 0.6 then typo(given, 'first name', k)
                    when copy > 0 and f < 0.68 then left(given, 1) || '.' else given end as first_spelled,
                case when copy > 0 and chance('misheard', k, 0.22) then typo(surname, 'surname', k)
                    when chance('shouted', k, 0.05) then upper(surname) else surname end as last_spelled,
                case when company_email is not null and m < 0.8 then company_email
                    when copy = 0 then if(m < 0.93, first_email, null)
                    when m < 0.35 then first_email when m < 0.75 then email_2 end as email_kept
            from written
        )
        select customer_id, first_spelled as first_name, last_spelled as last_name,
            if(chance('mail typed in capitals', k, 0.04), upper(email_kept), email_kept) as email,
            if(chance('phone', k, if(copy = 0, 0.85, 0.5)), phone(country, phone_number, chance('format', k, 0.4)),
                null) as phone,
            case country when 'FR' then door || ' ' || street when 'DE' then street || ' ' || door
                else door || ' ' || if(copy > 0, replace(replace(street, 'Street', 'St'), 'Road', 'Rd'), street) end
                as street_address,
            place[1] as city, place[2] as region,
            case country when 'GB' then place[3] || ' ' || (length(street) % 9 + 1) || 'AB'
                else place[3] || lpad((length(street) * 7 % 100)::varchar, 2, '0') end as postal_code,
            case when copy > 0 and country = 'GB' then 'United Kingdom' else country end as country,
            case when not chance('birthday', k, 0.82) then null
                when copy > 0 and country = 'DE' then strftime(born, '%d.%m.%Y')
                when copy > 0 and chance('swapped', k, 0.08) and day(born) <= 12 then strftime(born, '%Y-%d-%m')
                else strftime(born, '%Y-%m-%d') end as birth_date,
            if(chance('national', k, 0.35), national, null) as national_id,
            if(chance('gender given', k, 0.8), true_gender, null) as gender,
            if(chance('income', n, 0.3), choose('band', n, ['under 25k', '25k-50k', '50k-80k', 'over 80k']),
                null) as income_band,
            if(chance('card known', k, if(copy = 0, 0.85, 0.25)), card, null) as loyalty_id,
            if(loyalty_id is null, null,
                ['bronze', 'silver', 'gold'][1 + floor(pow(u('tier', n), 2) * 3)::integer]) as loyalty_tier,
            created_at, at_day(version_day) as updated_at, n,
            if(version_day < 0, 'full_2025-12-31', strftime(at_day(version_day), '%Y-%m')) as _file
        from spelled
    """)


def build_preferences(connection: DuckDBPyConnection) -> None:
    """Create `landing.crm_preferences`: language, channel and categories, as customers ticked them."""
    connection.execute("""
        create table landing.crm_preferences as
        with categories as (select distinct cell // 3 as g, category from world.products)
        select a.customer_id, 'language' as preference,
            case p.country when 'DE' then 'de' when 'FR' then 'fr' else 'en' end as value,
            a.created_at + interval 2 minute as updated_at, a.n, 'preferences' as _file
        from world.accounts as a join world.persons as p using (n) where chance('language given', a.k, 0.6)
        union all
        select customer_id, 'channel', choose('channel', k, ['email', 'email', 'sms', 'post', 'none']),
            created_at + interval 3 minute, n, 'preferences'
        from world.accounts where chance('channel given', k, 0.35)
        union all
        select a.customer_id, 'category', c.category, a.created_at + interval 4 minute, a.n, 'preferences'
        from world.accounts as a join world.tastes as t using (n)
        join categories as c on c.g = if(chance('honest', a.k, 0.8), t.g1, t.g3)
        where chance('category given', a.k, 0.4)
    """)
