"""What a night with 1 % new rows costs, as a share of building everything anew: from landing to the facts.

Both end with the same files in landing and with the same tables, which is counted. What either takes in a shop of a
few rows, where dbt does nothing but start and go from model to model, is told apart. Run with a number of events to try
a smaller shop, and with `--tests` to run the models' data tests as well.
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
from dagster_project.lib.config_tables import load_config_tables, write_config_tables
from dagster_project.lib.ingestion.bookkeeping.ledger import Arrival
from dagster_project.lib.ingestion.contract_files.finding import load_feeds
from dagster_project.lib.ingestion.ingest import ingest_feed
from dagster_project.lib.ingestion.loading.tables import create_tables
from dagster_project.lib.transformation.dbt_project.build import build
from dagster_project.lib.transformation.increments import begin_build, finish_build

FACTS = ["fct_events", "fct_sessions", "fct_orders", "fct_order_lines"]
MODELS = [f"+{fact}" for fact in FACTS]
TESTED_WITH = [
    f"+{table}"
    for table in ("dim_customers", "customer_identities", "fct_email_events", "segment_memberships")
]
"""What tests of the facts read beside them, and what tests of that read."""
ROWS, FEW = 10_000_000, 2_000
DAYS, NEW_SHARE, EVENTS_A_VISITOR, EVENTS_A_LINE, FILES = 100, 0.01, 20, 10, 10
AS_OF = datetime(2026, 7, 1)
NUMBERED = """
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
        'https://shop.example/item/' || (h % 9000) as page_url,
        'https://search.example/?q=' || (h % 77) as referrer_url,
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
RATES = """
copy (
    select date '2026-01-01' + {day}::integer as rate_date, 'USD' as currency, {rate} as rate_to_base
) to '{path}' (header)
"""


@dataclass
class Shop:
    """A landing folder that grows, and how many events and orders its first delivery holds."""

    landing: Path
    events: int

    def _copy(self, statement: str, path: str, **given: object) -> None:
        target = self.landing / path
        target.parent.mkdir(parents=True, exist_ok=True)
        given |= {"path": target, "days": DAYS, "visitors": self.events // EVENTS_A_VISITOR}
        duckdb.execute(statement.format(rows_sql=NUMBERED.format(**given), **given))

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


def _ingest(landing: Path, database: Path) -> None:
    with warehouse.connect(database) as connection:
        create_tables(connection)
        for feed in load_feeds(landing, landing):
            ingest_feed(connection, feed, landing, Arrival("bench", AS_OF))
        write_config_tables(connection, load_config_tables(landing))
        warehouse.begin_night(connection, "bench", AS_OF, AS_OF)
        connection.execute("checkpoint")


def _transform(database: Path, models: list[str], *, with_tests: bool) -> bool:
    """Returns whether everything was made anew."""
    with warehouse.connect(database) as connection:
        increment = begin_build(connection, "bench")
    results = list(build(database, models, is_full=increment.is_full, with_tests=with_tests))
    broken = [
        result.name for result in results if result.status in ("error", "fail", "skipped", "runtime error")
    ]
    assert not broken, broken
    with warehouse.connect(database) as connection:
        finish_build(connection, increment)
        connection.execute("checkpoint")
    return increment.is_full


def run_night(landing: Path, database: Path, *, with_tests: bool) -> tuple[float, float, bool]:
    """Seconds of ingestion, seconds of transformation, and whether it made everything anew."""
    begin = time.perf_counter()
    _ingest(landing, database)
    between = time.perf_counter()
    is_full = _transform(database, MODELS + TESTED_WITH * with_tests, with_tests=with_tests)
    return between - begin, time.perf_counter() - between, is_full


@dataclass(frozen=True)
class Comparison:
    """Seconds of ingestion and of transformation, of a night with a little new and of making everything anew."""

    night: tuple[float, float]
    anew: tuple[float, float]
    differences: int


def compare(events: int, *, with_tests: bool) -> Comparison:
    """Run both in a shop of so many events."""
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Path(folder) / "landing", events)
        nightly, other = (Path(folder) / name / "kindred.duckdb" for name in ("nightly", "anew"))
        shop.deliver("first", first=0, share=1)
        run_night(shop.landing, nightly, with_tests=False)
        shop.deliver("night", first=events, share=NEW_SHARE)
        *night, is_full = run_night(shop.landing, nightly, with_tests=with_tests)
        *anew, is_all = run_night(shop.landing, other, with_tests=with_tests)
        assert is_all and not is_full
        return Comparison((night[0], night[1]), (anew[0], anew[1]), count_differences(nightly, other))


def count_differences(left: Path, right: Path) -> int:
    """Rows of the facts that stand in one of two warehouses and not in the other; dbt may hold the right one open."""
    with warehouse.connect(right) as connection:
        connection.execute(f"attach '{left}' as nightly (read_only)")
        both = [
            f"(select count(*) from (from {one}.marts.{fact} except all from {other}.marts.{fact}))"
            for fact in FACTS
            for one, other in (("kindred", "nightly"), ("nightly", "kindred"))
        ]
        return connection.execute(f"select {' + '.join(both)}").fetchall()[0][0]


def main() -> None:
    """Print seconds of both, the ratio, and how many rows differ in the end."""
    numbers = [argument for argument in sys.argv[1:] if argument.isdigit()]
    events, with_tests = int([*numbers, ROWS][0]), "--tests" in sys.argv
    compare(FEW, with_tests=with_tests)  # imports, and dbt's first parse
    few, many = (compare(number, with_tests=with_tests) for number in (FEW, events))
    night, anew = sum(many.night), sum(many.anew)
    ratio = (night - sum(few.night)) / (anew - sum(few.anew))
    print(
        f"{events:,} events, {NEW_SHARE:.0%} new: night {many.night[0]:.1f} s + {many.night[1]:.1f} s (ingestion +"
        f" models), everything anew {many.anew[0]:.1f} s + {many.anew[1]:.1f} s; over {FEW:,} events"
        f" {sum(few.night):.1f} s and {sum(few.anew):.1f} s; ratio {night / anew:.3f}, start-up aside {ratio:.3f};"
        f" rows that differ: {many.differences}"
    )


if __name__ == "__main__":
    main()
