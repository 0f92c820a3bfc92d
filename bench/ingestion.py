"""What ingestion costs above a bare read: hashing, ledger, lineage and judging every value, as a ratio.

Baseline: one statement that reads the same files into a table, typed, with all columns given. Both run in turn, on
fresh databases; the median of the pairs is what to quote.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from dagster_project.lib.common import warehouse
from dagster_project.lib.common.sql import path_list
from dagster_project.lib.ingestion.contract_files import canonical_contracts, load_feeds
from dagster_project.lib.ingestion.ingest import ingest_feed
from dagster_project.lib.ingestion.ledger import Arrival
from dagster_project.lib.ingestion.tables import create_tables

FILES, ROWS_A_FILE, TURNS = 8, 125_000, 3
COLUMNS = [
    "event_id",
    "occurred_at",
    "visitor_id",
    "event_name",
    "page_url",
    "product_id",
    "price",
    "device_type",
]
EVENTS = """
copy (
    select md5((range + {offset})::varchar) as event_id,
        timestamp '2026-01-01' + to_seconds((range * 7919) % 8640000) as occurred_at,
        'v' || (hash(range) % 50000) as visitor_id,
        ['page_view', 'view_item', 'add_to_cart', 'purchase'][1 + (hash(range, 1) % 4)::integer] as event_name,
        'https://shop.example/item/' || (hash(range, 2) % 9000) as page_url,
        'P' || (hash(range, 2) % 9000) as product_id,
        round((hash(range, 3) % 10000) / 100.0, 2) as price,
        ['mobile', 'desktop'][1 + (hash(range, 4) % 2)::integer] as device_type
    from range({rows})
) to '{path}' (header)
"""


def _write_files(folder: Path) -> list[Path]:
    folder.mkdir(parents=True)
    paths = [folder / f"events_{number}.csv" for number in range(FILES)]
    for number, path in enumerate(paths):
        duckdb.execute(EVENTS.format(offset=number * ROWS_A_FILE, rows=ROWS_A_FILE, path=path))
    return paths


def _time_ingestion(landing: Path, database: Path) -> float:
    with warehouse.connect(database) as connection:
        create_tables(connection)
        (feed,) = load_feeds(landing, landing)
        begin = time.perf_counter()
        outcome = ingest_feed(
            connection, feed, landing, Arrival("bench", datetime.now(UTC).replace(tzinfo=None))
        )
        seconds = time.perf_counter() - begin
    assert outcome.rows_loaded == FILES * ROWS_A_FILE
    return seconds


def _time_bare_read(paths: list[Path], database: Path) -> float:
    types = {column.name: column.type for column in canonical_contracts()["clickstream/events"].columns}
    columns = ", ".join(f"'{name}': '{types[name]}'" for name in COLUMNS)
    with duckdb.connect(str(database)) as connection:
        begin = time.perf_counter()
        connection.execute(
            f"create table events as from read_csv({path_list(paths)}, columns = {{{columns}}})"
        )
        return time.perf_counter() - begin


def main() -> None:
    """Print seconds and the ratio."""
    pairs = []
    with tempfile.TemporaryDirectory() as folder:
        landing = Path(folder) / "landing"
        paths = _write_files(landing / "clickstream" / "events")
        for turn in range(TURNS):
            ours = _time_ingestion(landing, Path(folder) / f"ours_{turn}.duckdb")
            pairs.append((ours, _time_bare_read(paths, Path(folder) / f"bare_{turn}.duckdb")))
    ours, bare = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(
        f"ingestion of {FILES * ROWS_A_FILE:,} events: {ours:.2f} s, bare read_csv {bare:.2f} s, ratio {ratio:.2f}"
    )


if __name__ == "__main__":
    main()
