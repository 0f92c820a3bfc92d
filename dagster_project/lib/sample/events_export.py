"""How the web shop's collector writes its events: late, twice, and in one case wrongly.

What visitors really did belongs in `clickstream`.
"""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from dagster_project.lib.sample.clickstream import EVENT_NAMES
from dagster_project.lib.sample.experiments import NUDGE_END, NUDGE_START, NUDGE_VARIANT
from dagster_project.lib.sample.plan import Plan

LATE = "late_2026-07-01"


def build_events_export(connection: DuckDBPyConnection, plan: Plan) -> None:
    """Create `world.deliveries` (which event stands in which file) and the view `landing.clickstream_events`."""
    names = ", ".join(f"'{name}'" for name in EVENT_NAMES)
    connection.execute(f"""
        create table world.deliveries as
        select s, i, event, p, c, order_key, occurred_at, delivery::utinyint as delivery,
            -- a phone that was off line delivers weeks later; a collector that was not answered delivers again
            case when delivery = 0 and occurred_at < timestamp '2026-06-01' and chance('late', s * 32 + i, 0.004)
                or delivery = 1 and chance('again late', s * 32 + i, 0.5) then '{LATE}'
                when {plan.file_grain == "month"} then strftime(occurred_at, '%Y-%m')
                else strftime(date_trunc('week', occurred_at), '%Y-%m-%d') end as _file
        from world.steps, range(2) as numbers(delivery)
        where delivery = 0 or chance('again', s * 32 + i, 0.004)
    """)
    connection.execute(
        "create table world.event_fault as select min(s * 32 + i) as place from world.steps where event = 5"
    )
    connection.execute(f"""
        create view landing.clickstream_events as
        select to_hex((d.s * 40503 + 99991) % 4294967296) || '.' || d.i as event_id,
            if(d.s * 32 + d.i = (select place from world.event_fault), 'yesterday',
                strftime(d.occurred_at, '%Y-%m-%dT%H:%M:%SZ'))
                as occurred_at,
            s.visitor_id, [{names}][1 + d.event] as event_name, s.session_id, if(d.i > 0, s.user_id, null) as user_id,
            if(event_name in ('generate_lead', 'sign_up'), s.email, null) as email,
            'https://shop.example.com/' || case when p.product_id is not null and event_name <> 'view_item_list'
                    then 'p/' || p.product_id
                when c.product_id is not null then 'stories/' || c.product_id
                when event_name = 'view_item_list' then 'c/' || slug(p.category)
                when event_name in ('begin_checkout', 'purchase') then 'checkout'
                when event_name = 'login' then 'login' else '' end as page_url,
            if(d.i = 0, case s.utm_source when 'google' then 'https://www.google.com/'
                when 'instagram' then 'https://l.instagram.com/' end, null) as referrer_url,
            if(event_name in ('search', 'view_item_list', 'generate_lead'), null,
                coalesce(p.product_id, c.product_id)) as product_id,
            if(event_name = 'search', null, coalesce(p.category, c.category)) as category,
            if(event_name = 'add_to_cart', 1, null) as quantity,
            case when event_name = 'purchase' then o.total_amount
                when event_name in ('view_item', 'add_to_cart', 'add_to_wishlist') then p.price end as price,
            if(event_name = 'purchase', o.order_id, null) as order_id,
            if(event_name = 'search', lower(p.noun), null) as search_query,
            if(event_name in ('view_item_list', 'select_item'),
                choose('list', d.s, ['for_you', 'bestsellers', 'category']), null) as item_list_id,
            if(event_name in ('page_view', 'view_item'), 2000 + 100 * pick('engagement', d.s * 32 + d.i, 600),
                null) as engagement_ms,
            if(c.product_id is not null, 10 * pick('scroll', d.s * 32 + d.i, 11), null) as scroll_percent,
            s.device_type, s.browser, s.operating_system,
            case s.country when 'DE' then 'de-DE' when 'FR' then 'fr-FR' when 'US' then 'en-US' else 'en-GB' end
                as language,
            s.country, s.city, s.utm_source,
            case s.utm_source when 'google' then 'cpc' when 'newsletter' then 'email' when 'instagram' then 'social'
                when 'partner' then 'referral' end as utm_medium,
            if(s.utm_source = 'newsletter', 'newsletter-' || strftime(s.started_at, '%Y-%m'), null) as utm_campaign,
            if(d.i = 0 and s.started_at between {NUDGE_START} and {NUDGE_END}, 'checkout_nudge', null) as experiment_id,
            if(experiment_id is not null, {NUDGE_VARIANT.format(unit="s.visitor_id")}, null) as variant_id,
            case when event_name = 'purchase' then json_object('currency', o.currency)
                when c.item_type = 'video'
                    then json_object('video_percent', 25 * pick('watched', d.s * 32 + d.i, 5)) end as parameters,
            d.delivery, s.n, d._file
        from world.deliveries as d
        join world.sessions as s using (s)
        left join world.products as p on p.p = d.p
        left join world.contents as c on c.i = d.c
        left join world.web_purchases as o on o.order_key = d.order_key
    """)


def build_web_purchases(connection: DuckDBPyConnection) -> None:
    """Create `world.web_purchases`: what a purchase event knows of its order. Not exported itself."""
    connection.execute("""
        create table world.web_purchases as
        select r.k as order_key, r.order_id, r.currency, sum(l.amount)::decimal(12, 2) as total_amount
        from world.receipts as r join world.receipt_lines as l using (k)
        where r.channel in ('web', 'app') group by all
    """)
