"""What ingestion costs above a bare read: hashing, ledger, lineage, rejects and judging every value, as a ratio.

Baseline: one statement that reads the same files into a table, typed, with all columns given and faulty lines passed
over; with DuckDB's defaults, and in the warehouse's own file format, which is newer and quicker to write. All run in
turn, each in a process and on a database of its own; quote the median.
Run with a number of rows to try a smaller size.
"""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from dagster_project.lib.common import warehouse
from dagster_project.lib.common.sql import path_list
from dagster_project.lib.ingestion.bookkeeping.ledger import Arrival
from dagster_project.lib.ingestion.contract_files.finding import canonical_contracts, load_feeds
from dagster_project.lib.ingestion.ingest import ingest_feed
from dagster_project.lib.ingestion.loading.tables import create_tables

FILES, ROWS, TURNS = 8, 10_000_000, 3
ONE_FAULT_IN = 10_000
COLUMNS = [
    "event_id", "occurred_at", "visitor_id", "event_name", "user_id", "page_url", "referrer_url", "product_id",
    "category", "quantity", "price", "engagement_ms", "device_type", "browser", "language", "country", "utm_source",
    "utm_medium",
]  # fmt: skip
EVENTS = """
copy (
    select md5((range + {offset})::varchar) as event_id,
        case when hash(range, 20) % {fault} = 0 then 'yesterday'
            else (timestamp '2026-01-01' + to_seconds((range * 7919) % 8640000))::varchar end as occurred_at,
        case when hash(range, 21) % {fault} > 0 then 'v' || (hash(range) % 500000) end as visitor_id,
        ['page_view', 'view_item', 'add_to_cart', 'purchase'][1 + (hash(range, 1) % 4)::integer] as event_name,
        case when hash(range, 5) % 10 < 3 then 'u' || (hash(range) % 500000) end as user_id,
        'https://shop.example/item/' || (hash(range, 2) % 9000) as page_url,
        case when hash(range, 6) % 3 = 0
            then 'https://search.example/?q=' || (hash(range, 2) % 900) end as referrer_url,
        'P' || (hash(range, 2) % 9000) as product_id,
        ['tea', 'mugs', 'pots', 'tins'][1 + (hash(range, 2) % 4)::integer] as category,
        1 as quantity,
        case when hash(range, 22) % {fault} = 0 then 'free'
            else round((hash(range, 3) % 10000) / 100.0, 2)::varchar end as price,
        (hash(range, 7) % 60000)::integer as engagement_ms,
        ['mobile', 'desktop'][1 + (hash(range, 4) % 2)::integer] as device_type,
        ['chrome', 'safari', 'firefox'][1 + (hash(range, 8) % 3)::integer] as browser,
        'de' as language,
        'DE' as country,
        case when hash(range, 9) % 5 = 0 then 'google' end as utm_source,
        case when hash(range, 9) % 5 = 0 then 'cpc' end as utm_medium
    from range({rows})
) to '{path}' (header)
"""
TYPES = {column.name: column.type for column in canonical_contracts()["clickstream/events"].columns}


def write_files(folder: Path, rows: int) -> list[Path]:
    """FILES exports with `rows` events in all; three kinds of fault, each in one of ONE_FAULT_IN rows."""
    folder.mkdir(parents=True)
    paths = [folder / f"events_{number}.csv" for number in range(FILES)]
    duckdb.execute("set enable_progress_bar = false")
    for number, path in enumerate(paths):
        offset = number * (rows // FILES)
        duckdb.execute(EVENTS.format(offset=offset, rows=rows // FILES, path=path, fault=ONE_FAULT_IN))
    return paths


def time_ingestion(landing: Path, database: Path) -> tuple[float, float]:
    """Seconds, and peak memory in GiB."""
    with warehouse.connect(database) as connection:
        create_tables(connection)
        (feed,) = load_feeds(landing, landing)
        begin = time.perf_counter()
        outcome = ingest_feed(
            connection, feed, landing, Arrival("bench", datetime.now(UTC).replace(tzinfo=None))
        )
        connection.execute("checkpoint")
        seconds = time.perf_counter() - begin
        (kept,) = connection.execute("select count(*) from quality.rejected_rows").fetchone() or (0,)
    assert outcome.rows_in == outcome.rows_loaded + outcome.rows_rejected
    assert kept >= outcome.rows_rejected > 0
    return seconds, _peak_memory()


def time_bare_read(landing: Path, database: Path) -> tuple[float, float]:
    """Seconds, and peak memory in GiB."""
    with duckdb.connect(str(database)) as connection:
        connection.execute("set enable_progress_bar = false")
        return _read_bare(connection, landing), _peak_memory()


def time_bare_read_alike(landing: Path, database: Path) -> tuple[float, float]:
    """The same in a warehouse."""
    with warehouse.connect(database) as connection:
        return _read_bare(connection, landing), _peak_memory()


def _read_bare(connection: duckdb.DuckDBPyConnection, landing: Path) -> float:
    columns = ", ".join(f"'{name}': '{TYPES[name]}'" for name in COLUMNS)
    paths = path_list(sorted(landing.rglob("*.csv")))
    begin = time.perf_counter()
    connection.execute(
        f"create table events as from read_csv({paths}, columns = {{{columns}}}, ignore_errors = true)"
    )
    connection.execute("checkpoint")
    return time.perf_counter() - begin


def _peak_memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)


def _alone(
    measure: Callable[[Path, Path], tuple[float, float]], landing: Path, database: Path
) -> tuple[float, float]:
    """In a new process, so that its peak memory is its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        measured = pool.submit(measure, landing, database).result()
    database.unlink()
    return measured


def main() -> None:
    """Print seconds, memory and the ratio."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    turns = []
    with tempfile.TemporaryDirectory() as folder:
        landing = Path(folder) / "landing"
        write_files(landing / "clickstream" / "events", rows)
        for _ in range(TURNS):
            bare, _ = _alone(time_bare_read, landing, Path(folder) / "bare.duckdb")
            alike, _ = _alone(time_bare_read_alike, landing, Path(folder) / "alike.duckdb")
            ours, memory = _alone(time_ingestion, landing, Path(folder) / "ours.duckdb")
            turns.append((ours, bare, ours / bare, alike, ours / alike, memory))
    ours, bare, ratio, alike, ratio_alike, memory = map(statistics.median, zip(*turns, strict=True))
    print(
        f"ingestion of {rows:,} events: {ours:.1f} s, bare read_csv {bare:.1f} s, ratio {ratio:.2f}; in the warehouse's"
        f" file format {alike:.1f} s, ratio {ratio_alike:.2f}; peak memory {memory:.2f} GiB"
    )


if __name__ == "__main__":
    main()
