"""What a night with 1 % new rows costs, as a share of building everything anew: from landing to the facts.

Both end with the same files in landing and must end with the same tables, which is checked. dbt's start-up, which both
pay alike, is measured with a build of one view and told beside the two. `python bench/incremental.py 1000000` for a
smaller shop than ten million events; `--tests` runs the models' data tests as well.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from dagster_project.lib.common import warehouse
from dagster_project.lib.ingestion.contract_files import load_feeds
from dagster_project.lib.ingestion.ingest import ingest_feed
from dagster_project.lib.ingestion.ledger import Arrival
from dagster_project.lib.ingestion.tables import create_tables
from dagster_project.lib.transformation.build import build

FACTS = ["fct_events", "fct_sessions", "fct_orders", "fct_order_lines"]
DAYS, NEW_SHARE, EVENTS_A_VISITOR, EVENTS_A_LINE, FILES = 100, 0.01, 20, 10, 10
AS_OF = datetime(2026, 7, 1)
ROWS = """
    select range as n, hash(range) as h, hash(range // 5) as visit,
        if({is_night} and visit % 20 = 0, visit % ({days} * 86400), {day} * 86400 + visit % (86400 * {days_a_file}))
        + h % 1500 as second,
        if({is_night} and visit % 10 < 3, {visitors}, 0) + hash(visit) % {visitors} as visitor
    from range({first}, {first} + {rows})
"""
EVENTS = """
copy (
    with rows as ({rows_sql})
    select md5((n - if({is_night} and h % 100 = 0, {rows}, 0))::varchar) as event_id,
        timestamp '2026-01-01' + to_seconds(second) as occurred_at, 'v' || visitor as visitor_id,
        ['page_view', 'view_item', 'add_to_cart', 'purchase'][1 + (h % 4)::integer] as event_name,
        if(visitor % 2 = 0, 's' || visit, null) as session_id,
        if(visitor % 10 = 0, 'u' || visitor // 10, null) as user_id,
        if(visitor % 50 = 0, 'u' || visitor // 10 || '@shop.example', null) as email,
        'https://shop.example/item/' || (h % 9000) as page_url, 'https://search.example/?q=' || (h % 77) as referrer_url,
        'P' || (h % 9000) as product_id, 'category ' || (h % 50) as category, 1 as quantity,
        round((h % 10000) / 100.0, 2) as price, (h % 60000)::integer as engagement_ms,
        (h % 100)::integer as scroll_percent, ['mobile', 'desktop'][1 + (h % 2)::integer] as device_type,
        ['Firefox', 'Chrome', 'Safari'][1 + (h % 3)::integer] as browser, 'en' as language,
        ['de', 'fr', 'it'][1 + (h % 3)::integer] as country, 'town ' || (h % 200) as city,
        ['newsletter', 'search', null][1 + (h % 3)::integer] as utm_source
    from rows order by second
) to '{path}' (header)
"""
ORDERS = """
copy (
    with rows as ({rows_sql})
    select n as order_id, timestamp '2026-01-01' + to_seconds(second) as ordered_at,
        if(n % 3 = 0, 'u' || visitor // 10, null) as customer_id,
        if(n % 3 = 1, 'u' || visitor // 10 || '@shop.example', null) as email,
        ['EUR', 'EUR', 'USD'][1 + (h % 3)::integer] as currency, 'store' as channel
    from rows
) to '{path}' (header)
"""
LINES = """
copy (
    select n // 3 + {first} as order_id, n as line_id, 'P' || (hash(n) % 9000) as product_id, 1 + n % 3 as quantity,
        round((hash(n) % 10000) / 100.0, 2) as unit_price
    from (select range as n from range({rows} * 3))
) to '{path}' (header)
"""
RATES = "copy (select date '2026-01-01' + {day}::integer as rate_date, 'USD' as currency, {rate} as rate_to_base) to '{path}' (header)"


@dataclass
class Shop:
    """A landing folder that grows, and how many events and orders its first delivery holds."""

    landing: Path
    events: int

    def _copy(self, statement: str, path: str, **given: object) -> None:
        target = self.landing / path
        target.parent.mkdir(parents=True, exist_ok=True)
        given |= {"path": target, "days": DAYS, "visitors": self.events // EVENTS_A_VISITOR}
        duckdb.execute(statement.format(rows_sql=ROWS.format(**given), **given))

    def deliver(self, name: str, *, first: int, share: float) -> None:
        """Write events, orders, their lines and a rate; `first` numbers the first event."""
        is_night = share < 1
        files = 1 if is_night else FILES
        days = 1 if is_night else DAYS // FILES
        rows = int(self.events * share) // files
        given = {"is_night": is_night, "rows": rows, "days_a_file": days}
        for number in range(files):
            begin = {"first": first + number * rows, "day": DAYS * is_night + number * days}
            self._copy(EVENTS, f"clickstream/events/{name}_{number}.csv", **given, **begin)
        orders = int(self.events * share) // EVENTS_A_LINE // 3
        given |= {"first": first, "rows": orders, "day": DAYS * is_night, "days_a_file": days * files}
        self._copy(ORDERS, f"pos/orders/{name}.csv", **given)
        self._copy(LINES, f"pos/order_lines/{name}.csv", **given)
        rates = self.landing / f"context/exchange_rates/{name}.csv"
        rates.parent.mkdir(parents=True, exist_ok=True)
        duckdb.execute(RATES.format(day=DAYS * is_night, rate=0.9 + 0.01 * is_night, path=rates))


def _ingest(landing: Path, database: Path) -> float:
    begin = time.perf_counter()
    with warehouse.connect(database) as connection:
        create_tables(connection)
        arrival = Arrival("bench", AS_OF)
        for feed in load_feeds(landing, landing):
            ingest_feed(connection, feed, landing, arrival)
        warehouse.begin_night(connection, "bench", AS_OF, AS_OF)
        connection.execute("checkpoint")
    return time.perf_counter() - begin


def _transform(database: Path, *, with_tests: bool) -> float:
    begin = time.perf_counter()
    results = build(database, [f"+{fact}" for fact in FACTS])
    results = list(results)
    broken = [result for result in results if result.status not in ("success", "pass", "warn")]
    assert not broken, broken
    slowest = sorted(results, key=lambda result: -result.seconds)[:12]
    print("   ", ", ".join(f"{result.name} {result.seconds:.1f}" for result in slowest))
    return time.perf_counter() - begin


def main() -> None:
    """Print seconds of both and the ratio."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Path(folder) / "landing", events)
        shop.deliver("first", first=0, share=1)
        database = Path(folder) / "kindred.duckdb"
        a = _ingest(shop.landing, database)
        b = _transform(database, with_tests=False)
        print(a, b)


if __name__ == "__main__":
    main()
