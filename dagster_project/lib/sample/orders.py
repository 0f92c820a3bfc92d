"""When the persons buy, where and what: the orders as they really happened.

Here belong `world.orders` and `world.order_lines`. How a till or a web shop writes them down belongs in `pos`.
"""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from dagster_project.lib.sample.experiments import CONTROL_KEEPS, NUDGE_END, NUDGE_START, NUDGE_VARIANT
from dagster_project.lib.sample.plan import END, Plan


def build_orders(connection: DuckDBPyConnection, plan: Plan) -> None:
    """Create `world.attempts` and, without those given up, `world.orders`: `k` the key, `visitor_id` a web order's.

    Behaviour by cluster: regulars at even steps, weekend shoppers on Saturdays and Sundays, bargain hunters mostly in
    the last four days of a month, browsers rarely, the lapsing only in the first months. The experiment's control
    group gives up a share of its web orders: that is the planted effect.
    """
    connection.execute(f"""
        create table world.attempts as
        with planned as (
            select n, cluster, first_day, last_day,
                case cluster when 'loyal_regular' then 9.5 when 'weekend_shopper' then 5.5 when 'bargain_hunter' then 5
                    when 'browser' then 1.6 else 4.5 end as usual,
                floor({plan.order_rate} * (0.4 + 1.2 * u('orders', n)) * usual * (last_day - first_day) / 160
                    + u('or one more', n))::integer as orders
            from world.tastes where cluster <> 'anonymous'
        ), drawn as (
            select n, i, n * 64 + i as k, cluster, floor(first_day + (i + u('order day', n * 64 + i))
                / orders * (last_day - first_day))::integer as drawn_day, last_day
            from (select *, unnest(range(orders)) as i from planned)
        ), dated as (
            select *, least(case
                -- 2026-01-03 was a Saturday
                when cluster = 'weekend_shopper' and chance('weekend', k, 0.85)
                    then drawn_day // 7 * 7 + 2 + pick('sunday', k, 2)
                when cluster = 'bargain_hunter' and chance('sale', k, 0.75)
                    then [27, 55, 86, 116, 147, 177][1 + least(drawn_day // 30, 5)] + pick('sale day', k, 4)
                else drawn_day end, 180) as order_day,
                case when u('channel', k) < 0.5 then 'web' when u('channel', k) < 0.58 then 'app'
                    when u('channel', k) < 0.95 then 'store' else 'popup' end as channel
            from drawn
        ), placed as (
            select *, at_day(order_day + day_time('order time', k)) as ordered_at from dated
        ), assigned as (
            select p.*, if(channel in ('web', 'app'), pick('device used', k, devices), null) as d
            from placed as p join (select n, count(*) as devices from world.devices group by n) using (n)
        )
        select o.*, d.visitor_id, coalesce(d.logs_in and chance('logged in', o.k, 0.85), false) as is_logged_in,
            d.visitor_id is not null and o.ordered_at between {NUDGE_START} and {NUDGE_END}
                and {NUDGE_VARIANT.format(unit="d.visitor_id")} = 'control'
                    and not chance('not nudged', o.k, {CONTROL_KEEPS})
                as is_abandoned
        from assigned as o
        left join world.devices as d on d.n = o.n and d.d = o.d
        where o.ordered_at <= timestamp '{END}' - interval 1 hour
            and (o.channel not in ('web', 'app') or d.d is not null)
    """)
    connection.execute(
        "create table world.orders as select * exclude (is_abandoned) from world.attempts where not is_abandoned"
    )


def build_order_lines(connection: DuckDBPyConnection) -> None:
    """Create `world.order_lines`, one row a line: products by taste, consumables again and again, sale prices."""
    connection.execute("""
        create table world.order_lines as
        with drawn as (
            select o.k, o.n, j, o.k * 8 + j as line, o.order_day, o.cluster,
                if(j = 0 and chance('staple', o.k, t.staple_share), t.staple,
                    product_of('bought', o.k * 8 + j, g1, g2, g3, w1, w2, w3, brand, o.order_day)) as product
            from world.orders as o join world.tastes as t using (n), range(6) as numbers(j)
            where j <= floor(5.5 * pow(u('basket', o.k), 2.2))
        ), had as (
            select d.*, if(x.p is null, d.product, d.product % 36) as p
            from drawn as d left join world.unavailable as x
                on x.p = d.product and d.order_day between x.from_day and x.to_day
        )
        select h.k, h.n, h.j, h.line, r.p, r.product_id, r.category, r.price as list_price,
            1 + if(r.is_consumable, floor(pow(u('quantity', h.line), 2) * 4),
                floor(pow(u('quantity', h.line), 8) * 3))::integer
                as quantity,
            case when h.cluster = 'bargain_hunter' and chance('coupon', h.line, 0.7)
                    or chance('discount', h.line, 0.08) then choose('per cent', h.line, [10, 15, 20, 30])
                else 0 end as discount_percent
        from had as h join world.products as r on r.p = h.p
    """)
