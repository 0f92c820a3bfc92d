"""What customers and visitors agreed to, and the privacy requests a few of them made."""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from dagster_project.lib.sample.plan import Plan


def build_consents(connection: DuckDBPyConnection) -> None:
    """Create `world.marketing_consents`, one row an account: whether it agreed to e-mail when it signed up."""
    connection.execute("""
        create table world.marketing_consents as
        select customer_id, n, k, created_at, chance('marketing', k, 0.74) as is_granted from world.accounts
    """)


def build_decisions(connection: DuckDBPyConnection) -> None:
    """Create `landing.consents_decisions`: at sign-up, in the cookie banner, on unsubscribing, and later."""
    connection.execute("""
        create table landing.consents_decisions as
        with visitors as (
            select visitor_id, min(n) as n, min(started_at) as first_at, min(s) as s
            from world.sessions group by visitor_id
        ), decided as (
            select customer_id, null as email, null as visitor_id, 'marketing_email' as purpose,
                if(is_granted, 'granted', 'denied') as status, created_at + interval 1 minute as decided_at,
                'sign_up' as source, n
            from world.marketing_consents
            union all
            select customer_id, null, null, 'personalization', if(chance('tailored', n, 0.92), 'granted', 'denied'),
                created_at + interval 1 minute, 'sign_up', n
            from world.accounts where chance('asked', k, 0.75)
            union all
            select customer_id, null, null, 'advertising', if(chance('advertised', k, 0.55), 'granted', 'denied'),
                created_at + interval 1 minute, 'sign_up', n
            from world.accounts where chance('asked about advertising', k, 0.3)
            union all
            -- only American customers are asked, and only those who object say so
            select a.customer_id, null, null, 'sale_or_sharing', 'denied', a.created_at + interval 2 day, 'web_form',
                a.n
            from world.accounts as a join world.persons as p using (n)
            where p.country = 'US' and chance('do not sell', a.k, 0.3)
            union all
            select customer_id, null, null, 'personalization', if(chance('tailored', n, 0.92), 'denied', 'granted'),
                at_day(60 + 100 * u('changed mind on', k)), 'account_page', n
            from world.accounts where chance('changed mind', k, 0.03) and created_at < timestamp '2026-02-01'
            union all
            select null, m.email, null, 'marketing_email', 'denied',
                m.sent_at + to_seconds(95 + pick('read', m.key, 90000)),
                'unsubscribe_link', m.n
            from world.mailings as m where m.is_unsubscribed
            union all
            select null, null, visitor_id, purpose, if(chance('banner ' || purpose, s, 0.88), 'granted', 'denied'),
                first_at + interval 5 second, 'cookie_banner', n
            from visitors, unnest(['analytics', 'personalization']) as purposes(purpose) where chance('banner', s, 0.55)
        )
        select customer_id, email, null::varchar as phone, visitor_id, purpose, status, decided_at, source, n,
            'decisions' as _file
        from decided where decided_at <= timestamp '2026-06-30 23:59:59'
    """)


def build_privacy_requests(connection: DuckDBPyConnection, plan: Plan) -> None:
    """Create `landing.privacy_requests`: one customer in 150, at least three, in June."""
    connection.execute(f"""
        create table landing.privacy_requests as
        with asking as (
            select m.customer_id, m.email, m.n, row_number() over (order by u('asks', a.k), a.k) as place
            from world.mailboxes as m join world.accounts as a using (customer_id)
            where a.copy = 0 and m.created_at < timestamp '2026-05-01'
            qualify place <= {max(3, plan.customers // 150)}
        )
        select 'PR-' || lpad(place::varchar, 5, '0') as request_id,
            ['erase', 'access', 'restrict'][1 + (place - 1) % 3] as kind,
            if(place % 2 = 1, customer_id, null) as customer_id, if(place % 2 = 1, null, email) as email,
            null::varchar as phone,
            at_day(152 + 25 * u('asked on', place)) as requested_at, n, 'requests' as _file
        from asking
    """)
