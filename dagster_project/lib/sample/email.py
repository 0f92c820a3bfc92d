"""What the e-mail tool reports: delivered, open, click, bounce, unsubscribe, for campaigns and order confirmations."""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from dagster_project.lib.sample.plan import END, Plan

CAMPAIGNS = 13  # every other Wednesday


def build_email(connection: DuckDBPyConnection, plan: Plan) -> None:
    """Create `world.mailings` (one row a message) and `landing.email_events`: nothing after unsubscribing."""
    connection.execute(f"""
        create table world.mailboxes as
        select customer_id, n, arg_max(lower(email), updated_at) as email, min(created_at) as created_at
        from landing.crm_customers where email is not null group by customer_id, n;

        create table world.mailings as
        with sent as (
            select m.n, m.customer_id, m.email, c, a.k * 16 + c as key,
                at_day(6 + 14 * c + 0.33) + to_seconds(pick('queue', a.k, 900))
                as sent_at, if(c % 2 = 0, 'newsletter', 'promotional') as campaign_kind
            from world.mailboxes as m
            join world.accounts as a using (customer_id)
            join world.marketing_consents as g using (customer_id), range({CAMPAIGNS}) as numbers(c)
            where g.is_granted and m.created_at < at_day(6 + 14 * c)
                and chance('mailed', a.k * 16 + c, {0.6 * plan.order_rate})
        ), read as (
            select *, chance('bounced', key, 0.012) as is_bounced,
                not is_bounced and u('opened', key) < 0.12 + 0.5 * u('keen', n) as is_opened,
                is_opened and chance('clicked', key, 0.27) as is_clicked,
                is_opened and chance('fed up', key, 0.025) as is_unsubscribed,
                min(if(is_unsubscribed, c, null)) over (partition by n) as last_c
            from sent
        )
        select * from read where last_c is null or c <= last_c
    """)
    connection.execute(f"""
        create table landing.email_events as
        with confirmations as (
            select k, n, email, ordered_at + to_seconds(40 + pick('confirmed', k, 60)) as sent_at
            from world.receipts where channel in ('web', 'app') and email is not null
        ), happened as (
            select c, key, n, customer_id, email, campaign_kind, sent_at as happened_at,
                if(is_bounced, 'bounce', 'delivered') as event_name
            from world.mailings
            union all
            select c, key, n, customer_id, email, campaign_kind, sent_at + to_seconds(60 + pick('read', key, 90000)),
                'open'
            from world.mailings where is_opened
            union all
            select c, key, n, customer_id, email, campaign_kind, sent_at + to_seconds(75 + pick('read', key, 90000)),
                'click'
            from world.mailings where is_clicked
            union all
            select c, key, n, customer_id, email, campaign_kind, sent_at + to_seconds(90 + pick('read', key, 90000)),
                'unsubscribe'
            from world.mailings where is_unsubscribed
        )
        select 'm' || h.key || '-' || left(h.event_name, 2) as event_id, h.happened_at as occurred_at, h.event_name,
            -- the tool exports newsletters with the address and promotions with the customer's number
            if(h.campaign_kind = 'promotional', null, h.email) as email,
            if(h.campaign_kind = 'promotional', h.customer_id, null) as customer_id,
            h.campaign_kind || '-' || strftime(at_day(6 + 14 * h.c), '%Y-%m-%d') as campaign_id, h.campaign_kind,
            'm' || h.key as message_id,
            if(h.event_name = 'click', 'https://shop.example.com/p/' || p.product_id, null) as url,
            h.n, strftime(h.happened_at, '%Y-%m') as _file
        from happened as h
        join world.tastes as t using (n)
        join world.products as p on p.p = product_of('mailed', h.key, g1, g2, g3, w1, w2, w3, t.brand,
            6 + 14 * h.c) % 36
        where h.happened_at <= timestamp '{END}'
        union all
        select 'o' || k || '-' || left(event_name, 2), happened_at, event_name, email, null, 'order_confirmation',
            'transactional', 'o' || k,
            null, n, strftime(happened_at, '%Y-%m')
        from (
            select *, sent_at as happened_at, 'delivered' as event_name from confirmations
            union all
            select *, sent_at + to_seconds(30 + pick('read', k, 4000)), 'open' from confirmations
                where chance('opened', k, 0.55)
        ) where happened_at <= timestamp '{END}'
    """)
