"""The world around the shop: weather, holidays, exchange rates, and what data providers sell about persons."""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from dagster_project.lib.sample.plan import DAYS


def build_context(connection: DuckDBPyConnection) -> None:
    """Create `landing.context_observations` (weekly weather, holidays) and `landing.context_exchange_rates` (daily)."""
    connection.execute(f"""
        create table landing.context_observations as
        with places as (
            select * from (values (0, 'GB', 'London', 4), (1, 'DE', 'Berlin', 1), (2, 'FR', 'Paris', 5),
                (3, 'US', 'New York', 1))
                as t(i, country, city, winter)
        ), weeks as (select unnest(range(0, {DAYS}, 7)) as day)
        select at_day(day)::date as observed_date, country, city, 'temperature_celsius' as attribute,
            round(winter + day / 9.5 + 6 * (u('weather', day * 4 + i) - 0.5), 1)::varchar as value,
            'observations' as _file
        from weeks, places
        union all
        select at_day(day)::date, country, city, 'condition',
            choose('sky', day * 4 + i, ['sunny', 'cloudy', 'rain', 'wind']), 'observations'
        from weeks, places
        union all
        select holiday, country, null, 'holiday', name, 'observations'
        from (values (date '2026-01-01', 'GB', 'New Year''s Day'), (date '2026-04-03', 'GB', 'Good Friday'),
            (date '2026-05-04', 'GB', 'Early May bank holiday'), (date '2026-05-01', 'DE', 'Tag der Arbeit'),
            (date '2026-04-06', 'DE', 'Ostermontag'), (date '2026-05-08', 'FR', 'Victoire 1945'),
            (date '2026-04-06', 'FR', 'Lundi de Pâques'), (date '2026-05-25', 'US', 'Memorial Day'))
            as t(holiday, country, name)
    """)
    connection.execute(f"""
        create table landing.context_exchange_rates as
        select at_day(day)::date as rate_date, currency,
            case currency when 'GBP' then 1.0 when 'EUR' then round(0.855 + 0.00008 * day + 0.006 * u('euro', day), 4)
                else round(0.79 - 0.00006 * day + 0.008 * u('dollar', day), 4) end as rate_to_base,
            'exchange_rates' as _file
        from range({DAYS}) as numbers(day), unnest(['GBP', 'EUR', 'USD']) as currencies(currency)
    """)


def build_enrichment(connection: DuckDBPyConnection) -> None:
    """Create `landing.enrichment_attributes`: three attributes for three persons in ten."""
    connection.execute("""
        create table landing.enrichment_attributes as
        select if(by_what = 0, a.customer_id, null) as customer_id, if(by_what = 1, c.email, null) as email,
            if(by_what = 2, phone(c.country, c.phone_number, true), null) as phone, 'Lifestyle Panel' as provider,
                attribute,
            case attribute when 'household_size' then (1 + pick('household size', p.home, 5))::varchar
                when 'home_owner' then if(chance('owns', p.home, 0.5), 'yes', 'no')
                else choose('lifestyle', p.n, ['urban', 'outdoor', 'family', 'culture', 'budget']) end as value,
            at_day(10 + 160 * u('observed', p.n)) as observed_at, p.n, 'panel' as _file
        from (select *, pick('identified', n, 3) as by_what from world.persons where chance('in panel', n, 0.3)) as p
        join world.contacts as c using (n)
        left join world.accounts as a on a.n = p.n and a.copy = 0,
            unnest(['household_size', 'home_owner', 'lifestyle']) as attributes(attribute)
        where by_what > 0 or a.customer_id is not null
    """)
