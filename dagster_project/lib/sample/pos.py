"""How tills and the web shop write orders down: pos/orders, pos/order_lines, and the pop-up store's flat pos/sales.

Guests, lost cards, cancellations, returns and orders restated in a later file belong here; what was really bought
belongs in `orders`.
"""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from dagster_project.lib.sample.catalog import POPUP_ONLY
from dagster_project.lib.sample.plan import END


def build_receipts(connection: DuckDBPyConnection) -> None:
    """Create `world.receipts`, one row an order with what its customer gave, and `world.receipt_lines`."""
    connection.execute("""
        create table world.receipts as
        with known as (
            select o.*, p.country, a.customer_id as account, c.email as mail, c.email_2, c.company_email,
                phone(p.country, c.phone_number, false) as telephone, l.loyalty_id as card,
                    u('identified', o.k) as given,
                case p.country when 'GB' then 'GBP' when 'US' then 'USD' else 'EUR' end as currency
            from world.orders as o
            join world.persons as p using (n)
            join world.contacts as c using (n)
            left join world.accounts as a on a.n = o.n and a.copy = 0 and a.created_at < o.ordered_at
            left join world.cards as first_card on first_card.n = o.n and first_card.replacement = 0
            left join world.cards as second_card on second_card.n = o.n and second_card.replacement = 1
                and second_card.from_day < o.order_day
            left join world.cards as l on l.n = o.n and l.replacement = (second_card.n is not null)::integer
        )
        select k, n, ordered_at, order_day, channel, currency,
            case channel when 'popup' then 'POP-' when 'store' then 'S' else 'W' end
                || (100000 + row_number() over (order by ordered_at, k))::varchar as order_id,
            case channel when 'popup' then 'POPUP-1'
                when 'store' then 'STORE-' || country || '-' || (1 + pick('store', n, 3)) end
                as store_id,
            case when channel in ('web', 'app') then if(is_logged_in, account, null)
                when given > 0.97 then account end as customer_id,
            if(channel in ('store', 'popup') and given < 0.75, card, null) as loyalty_id,
            case when channel in ('web', 'app') and customer_id is not null then if(given < 0.5, mail, null)
                when channel in ('web', 'app') then case when given < 0.7 then coalesce(company_email, mail)
                    when given < 0.88 then email_2 when given < 0.94
                        then typo(split_part(mail, '@', 1), 'mistyped', k) || '@' || split_part(mail, '@', 2)
                    else mail end
                when customer_id is null and loyalty_id is null and given < 0.2 then mail end as email,
            case when channel in ('web', 'app') and chance('phone given', k, 0.35) then telephone
                when channel not in ('web', 'app') and customer_id is null and loyalty_id is null
                    and given between 0.15 and 0.3
                    then telephone end as phone,
            chance('cancelled', k, 0.035) as is_cancelled, chance('returned', k, 0.04) as is_returned,
            ordered_at + to_seconds(86400 * (3 + pick('days to return', k, 15)) + pick('time of return', k,
                20000)) as returned_at,
            chance('restated', k, 0.003) and ordered_at < timestamp '2026-05-20' as is_restated
        from known
    """)
    connection.execute(f"""
        create table world.receipt_lines as
        with priced as (
            select l.k, l.n, l.j, l.line, l.product_id, l.category, l.quantity, l.discount_percent,
                (l.list_price * case r.currency when 'EUR' then 1.17 when 'USD' then 1.27
                    else 1 end)::decimal(9, 2) as unit_price
            from world.order_lines as l join world.receipts as r using (k)
            union all
            select k, n, 7, k * 8 + 7, '{POPUP_ONLY}', 'Services', 1, 0, 2.50
            from world.receipts where channel = 'popup' and chance('gift wrap', k, 0.2)
        )
        select *, (quantity * unit_price * discount_percent / 100)::decimal(9, 2) as discount_amount,
            (quantity * unit_price)::decimal(9, 2) - discount_amount as amount
        from priced
    """)


def build_orders_export(connection: DuckDBPyConnection) -> None:
    """Create `landing.pos_orders` and `landing.pos_order_lines`.

    `version` 0 is the order as placed, 1 a cancellation some days later, 2 a restatement in the next month's files
    (all lines again, the first with one piece more), 3 a return as an order of its own with a negative quantity.
    """
    connection.execute(f"""
        create table world.receipt_versions as
        select r.*, version, case version when 0 then ordered_at + interval 1 minute
                when 1 then ordered_at + to_seconds(3600 * (5 + pick('hours to cancel', k, 120)))
                when 2 then ordered_at + interval 32 day else returned_at end as written_at
        from world.receipts as r, range(4) as numbers(version)
        where channel <> 'popup' and written_at <= timestamp '{END}' and (version = 0 or version = 1 and is_cancelled
            or version = 2 and is_restated and not is_cancelled or version = 3 and is_returned and not is_cancelled)
    """)
    connection.execute("""
        create table landing.pos_order_lines as
        select v.order_id || if(v.version = 3, '-R', '') as order_id, (l.j + 1)::varchar as line_id, l.product_id,
            case when v.version = 3 then -1 when v.version = 2 and l.j = 0 then l.quantity + 1
                else l.quantity end::varchar
                as quantity,
            l.unit_price,
            if(l.discount_amount = 0, null,
                if(v.version = 3, -(l.discount_amount / l.quantity), l.discount_amount)::decimal(9, 2))
                as discount_amount,
            l.n, strftime(v.written_at, '%Y-%m') as _file, v.k, v.version, v.order_id as sort_key
        from world.receipt_versions as v join world.receipt_lines as l using (k)
        where v.version <> 1 and (v.version <> 3 or l.j = 0)
    """)
    connection.execute("""
        create table landing.pos_orders as
        with totals as (
            select k, version, sum((quantity::integer * unit_price)::decimal(9, 2) - coalesce(discount_amount,
                0)) as total_amount
            from landing.pos_order_lines group by k, version
        )
        select v.order_id || if(v.version = 3, '-R', '') as order_id,
            if(v.version = 3, v.written_at, v.ordered_at) as ordered_at, v.store_id, v.loyalty_id, v.customer_id,
                v.email, v.phone,
            t.total_amount, v.currency, v.channel,
            case v.version when 1 then 'cancelled' when 3 then 'returned' else 'completed' end as status,
            v.written_at as updated_at, v.n, strftime(v.written_at, '%Y-%m') as _file, v.version
        from world.receipt_versions as v
        join totals as t on t.k = v.k and t.version = if(v.version = 1, 0, v.version)
    """)


def build_popup_sales(connection: DuckDBPyConnection) -> None:
    """Create `landing.pos_sales`: one row a line, the order's columns repeated, names in place of a catalogue."""
    connection.execute(f"""
        create table landing.pos_sales as
        select r.order_id, r.ordered_at, l.product_id, l.quantity, l.unit_price, (l.j + 1)::varchar as line_id,
            if(l.product_id = '{POPUP_ONLY}', 'Gift wrap', c.name) as product_name, l.category,
            if(l.discount_amount = 0, null, l.discount_amount) as discount_amount, r.customer_id, r.loyalty_id,
                r.email, r.phone,
            r.store_id, r.currency, r.channel, if(r.is_cancelled, 'cancelled', 'completed') as status,
            r.n, strftime(r.ordered_at, '%Y-%m') as _file
        from world.receipts as r
        join world.receipt_lines as l using (k)
        left join landing.products_catalog as c on c.product_id = l.product_id
        where r.channel = 'popup'
    """)
