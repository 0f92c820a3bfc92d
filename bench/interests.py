"""Interests of every customer, made anew, against a bare count of events by customer and category, as a ratio.

The model runs as in a night, by dbt and with its reading and writing; the count is one statement that creates a table
of the same rows, in the same database. Both sides take turns and the median counts. Run with a number of events to
try fewer.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from dagster_project.lib.common import warehouse
from dagster_project.lib.transformation.dbt_project.build import build
from dagster_project.lib.transformation.settings.warehouse_settings import (
    WarehouseSettings,
    write_warehouse_settings,
)

EVENTS, EVENTS_A_CUSTOMER, CATEGORIES, TURNS = 10_000_000, 25, 30, 3
MODEL = "int_interests_accumulated"
FILL = """
create schema marts;
create table marts.fct_events as
select 'c_' || md5((hash(range) % {customers})::varchar) as customer_id, md5(range::varchar) as event_id,
    ['view_item', 'view_item_list', 'add_to_cart', 'purchase'][1 + (hash(range, 1) % 4)::integer] as event_name,
    'category ' || (hash(range, 2) % {categories}) as category, 'P' || (hash(range, 2) % 9000) as product_id,
    timestamp '2026-01-01' + to_seconds((hash(range, 3) % 8640000)::bigint) as occurred_at
from range({events});
create schema bench;
checkpoint
"""
COUNT = """
create or replace table bench.counted as
select customer_id, category, count(*) as events from marts.fct_events group by customer_id, category
"""


def fill(database: Path, events: int) -> None:
    """A warehouse that holds events and settings, and nothing else."""
    with warehouse.connect(database) as connection:
        write_warehouse_settings(connection, WarehouseSettings())
        connection.execute("set preserve_insertion_order = false")
        connection.execute(
            FILL.format(events=events, customers=events // EVENTS_A_CUSTOMER, categories=CATEGORIES)
        )


def time_model(database: Path) -> float:
    """Seconds of the model alone, without dbt's start-up."""
    results = {result.name: result for result in build(database, [MODEL], with_tests=False)}
    assert results[MODEL].status == "success", results[MODEL].message
    return results[MODEL].seconds


def time_count(database: Path) -> float:
    """Seconds of the bare count."""
    with warehouse.connect(database) as connection:
        begin = time.perf_counter()
        connection.execute(COUNT)
        return time.perf_counter() - begin


def count_groups(database: Path) -> tuple[int, int]:
    """Rows of the count and of the model, which are the same groups."""
    with warehouse.connect(database) as connection:
        return connection.execute(f"""
            select (select count(*) from bench.counted), (select count(*) from intermediate.{MODEL})
        """).fetchall()[0]


def main() -> None:
    """Print the seconds of both and their ratio."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "kindred.duckdb"
        fill(database, events)
        list(build(database, ["stg_operations__warehouse_settings"], with_tests=False))
        turns = [(time_model(database), time_count(database)) for _ in range(TURNS)]
        counted, modelled = count_groups(database)
        assert counted == modelled
    ours, bare = (statistics.median(seconds) for seconds in zip(*turns, strict=True))
    print(
        f"{events:,} events, {modelled:,} customers and categories: interests {ours:.1f} s, "
        f"a bare count {bare:.1f} s; ratio {ours / bare:.2f}"
    )


if __name__ == "__main__":
    main()
