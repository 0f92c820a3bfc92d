"""The clickstream: sessions, and the steps of each, in the vocabulary of GA4's e-commerce events.

Every web or app order ends a session; the other sessions browse, read, leave at once or give up at the checkout.
How the steps are written to files (late, twice, with a fault) belongs in `events_export`.
"""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from dagster_project.lib.sample.plan import END, Plan

EVENT_NAMES = [
    "page_view", "login", "view_item_list", "select_item", "search", "view_item", "add_to_cart", "begin_checkout",
    "purchase", "generate_lead", "add_to_wishlist", "sign_up",
]  # fmt: skip
PER_BROWSING_SESSION = 3.85  # events, on average


def build_sessions(connection: DuckDBPyConnection, plan: Plan) -> None:
    """Create `world.sessions`, one row a session; `s` is its key and fits 32 bits."""
    buying = connection.execute("""
        select count(distinct k) * 4 + count(*) * 1.8 from world.order_lines
        where k in (select k from world.orders where visitor_id is not null)
    """).fetchone()
    browsing = max(1.0, (plan.events - float(buying[0] if buying else 0)) / PER_BROWSING_SESSION)
    connection.execute(f"""
        create table world.sessions as
        with weights as (
            select n, first_day, last_day, case cluster when 'browser' then 3.0 when 'anonymous' then 0.7
                when 'bargain_hunter' then 1.4 else 1.0 end * (0.3 + 1.4 * u('curious', n)) as weight from world.tastes
        ), counted as (
            select *, floor({browsing} * weight / (select sum(weight::decimal(9, 6)) from weights)
                + u('sessions', n))::integer as sessions
            from weights
        ), devices as (
            select *, count(*) over (partition by n) as devices from world.devices
        ), started as (
            select k * 2 as s, n, d, ordered_at - to_seconds(260 + pick('hurry', k, 500)) as started_at, k as order_key,
                is_logged_in, if(is_abandoned, 'abandon', 'buy') as kind
            from world.attempts where visitor_id is not null
            union all
            select (n * 512 + i) * 2 + 1 as s, n, pick('device', n * 512 + i, c.devices) as d,
                at_day(first_day + floor(u('visit day', n * 512 + i) * (last_day - first_day))
                    + day_time('visit time', n * 512 + i)), null, chance('logged in', n * 512 + i, 0.45),
                case when u('kind', n * 512 + i) < 0.2 then 'bounce' when u('kind', n * 512 + i) < 0.35 then 'read'
                    else 'browse' end
            from (select *, unnest(range(sessions)) as i from counted)
                join (select distinct n, devices from devices) as c using (n)
        )
        select s.s, s.n, s.started_at, s.order_key, s.kind, d.visitor_id, d.device_type, d.browser,
            d.operating_system, p.country,
            if(s.is_logged_in and d.logs_in, coalesce(if(s.d = 1, b.customer_id, null), a.customer_id), null)
                as user_id,
            user_id is not null as is_logged_in, c.email,
            string_split(p.place, '/')[1] as city, epoch(s.started_at)::bigint::varchar as session_id,
            choose('origin', s.s, ['google', 'newsletter', 'instagram', 'partner', null, null]) as utm_source
        from started as s
        join devices as d on d.n = s.n and d.d = s.d
        join world.persons as p on p.n = s.n
        left join world.contacts as c on c.n = s.n
        left join world.accounts as a on a.n = s.n and a.copy = 0 and a.created_at < s.started_at
        -- the second device is where the forgotten second account lives (asked above: a condition on the left side
        -- alone would turn this join into a nested loop)
        left join world.accounts as b on b.n = s.n and b.copy = 1 and b.created_at < s.started_at
        where s.started_at <= timestamp '{END}' - interval 1 hour
    """)


def build_steps(connection: DuckDBPyConnection) -> None:
    """Create `world.steps`, one row an event: session, place in it, name (number in EVENT_NAMES), what it is about.

    `p` is a product number, `c` a content item's. Narrow on purpose: at ten million rows the rest is joined on writing.
    """
    number = {name: index for index, name in enumerate(EVENT_NAMES)}
    connection.execute(f"""
        create table world.steps as
        with places as (
            -- before the basket: arrive, log in, then up to six looks around
            select s, n, kind, is_logged_in, started_at, i, s * 32 + i as key,
                date_diff('day', date '2026-01-01', started_at::date) as day
            from world.sessions, range(8) as numbers(i)
            where case when i = 0 then true when i = 1 then is_logged_in when kind = 'bounce' then false
                when kind in ('buy', 'abandon') then i = 2 and chance('looks around', s, 0.6)
                else i - 2 <= floor(5.5 * u('looks', s)) end
        ), looked as (
            select l.s, l.i, case when i = 0 then {number["page_view"]} when i = 1 then {number["login"]}
                    when l.kind = 'read' then {number["page_view"]}
                    when u('look', key) < 0.16 then {number["view_item_list"]}
                    when u('look', key) < 0.24 then {number["select_item"]}
                    when u('look', key) < 0.33 then {number["search"]}
                    when u('look', key) < 0.88 then {number["view_item"]}
                    when u('look', key) < 0.96 then {number["add_to_cart"]}
                    when u('look', key) < 0.985 then {number["add_to_wishlist"]}
                    else {number["generate_lead"]} end::utinyint as event,
                if(i < 2 or l.kind = 'read', null, product_of('viewed', key, g1, g2, g3, w1, w2, w3, brand, day))
                    as viewed,
                if(i >= 2 and l.kind = 'read', product_of('read', key, g1, g2, g3, w1, w2, w3, brand, day) % 36
                    + 36 * pick('which story', key, (select max(i) // 36 + 1 from world.contents)), null) as c,
                null::bigint as order_key, day, started_at + to_seconds(i * 24 + pick('dwell', key, 20)) as occurred_at
            from places as l join world.tastes as t using (n)
        ), bought as (
            select s.s, 8 + 2 * b.j + x as i,
                if(x = 0, {number["view_item"]}, {number["add_to_cart"]})::utinyint as event,
                b.p as viewed, null::integer as c, s.order_key, 1000 as day,
                s.started_at + to_seconds(100 + 24 * b.j + 11 * x) as occurred_at
            from world.sessions as s join world.order_lines as b on b.k = s.order_key, range(2) as numbers(x)
            where x = 1 or chance('viewed first', b.line, 0.8)
            union all
            select s, 24, {number["begin_checkout"]}::utinyint, null, null, null, 1000, started_at + interval 240 second
            from world.sessions where kind = 'abandon'
            union all
            select s.s, 24 + x, if(x = 0, {number["begin_checkout"]}, {number["purchase"]})::utinyint, null, null,
                s.order_key,
                1000, if(x = 0, o.ordered_at - interval 15 second, o.ordered_at)
            from world.sessions as s join world.orders as o on o.k = s.order_key, range(2) as numbers(x)
        )
        select a.s, a.i::utinyint as i, a.event, if(x.p is null, a.viewed, a.viewed % 36)::integer as p,
            a.c::integer as c, a.order_key, a.occurred_at
        from (select * from looked union all select * from bought) as a
        left join world.unavailable as x on x.p = a.viewed and a.day between x.from_day and x.to_day
    """)
