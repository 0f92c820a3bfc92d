"""What a micro-batch costs in shops of two sizes: rows written and seconds must follow the customers concerned.

In each shop a night runs, the same number of its customers come back for a visit, and a micro-batch takes the visits
in. Rows are counted as the warehouse has them: what models were shown of the customers concerned, and what was written.
Run with other numbers of customers to try other sizes. It exits with 1 where the larger shop writes more for as many.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dagster_project.lib.sample import generate
from dagster_project.lib.transformation.micro_batch.customers_anew import of_customers
from dagster_project.lib.transformation.micro_batch.overlay import WHOLE, open_overlay

SIZES = (600, 6_000)
VISITS = 20
MOST_MORE = 1.5
"""Rows written in the larger shop over those in the smaller one: no two customers have equal histories."""
_JOB = """
from dagster_project.cli.jobs import execute_job
from dagster_project.settings import read_settings
execute_job(read_settings(), "micro_batch")
"""


@dataclass(frozen=True)
class Cost:
    """Of one shop: its customers and rows, and of the micro-batch customers, rows and seconds."""

    known: int
    rows: int
    night_seconds: float
    customers: int
    rows_shown: int
    rows_written: int
    seconds: float
    job_seconds: float


def measure(folder: Path, size: int) -> Cost:
    """Run a night and a micro-batch over a made-up shop of so many persons."""
    generate(folder, customers=size, seed=7)
    database = folder / "warehouse" / "kindred.duckdb"
    night_seconds = _run(folder, str(Path(sys.executable).with_name("kindred")), "nightly")
    _deliver_visits(database, folder / "landing" / "clickstream" / "events" / "visits.jsonl")
    job_seconds = _run(folder, sys.executable, "-c", _JOB)
    with duckdb.connect(str(database), read_only=True) as connection:
        customers, written, seconds = connection.execute(
            "select customers, rows_removed + rows_added, seconds from operations.micro_batches"
        ).fetchone() or (0, 0, 0.0)
        (known,) = connection.execute("select count(*) from marts.dim_customers").fetchone() or (0,)
        concerned = connection.execute(
            "select distinct customer_id from marts.fct_events where event_name = 'bench_visit'"
        ).fetchall()
    shown, rows = _count_rows(database, [row[0] for row in concerned])
    return Cost(known, rows, night_seconds, customers, shown, written, seconds, job_seconds)


def _run(folder: Path, *command: str) -> float:
    environment = {**os.environ, "DATA_DIR": str(folder), "AS_OF": "latest"}
    begin = time.perf_counter()
    subprocess.run(
        command,
        env=environment,
        cwd=Path(__file__).resolve().parents[1],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - begin


def _deliver_visits(database: Path, path: Path) -> None:
    """Two events each, at the night's instant, of customers spread over the shop."""
    with duckdb.connect(str(database), read_only=True) as connection:
        visitors = connection.execute(
            """
            select visitor_id, max(as_of) from marts.fct_events cross join operations.current_night
            where customer_id is not null group by 1 order by hash(visitor_id) limit ?
            """,
            [VISITS],
        ).fetchall()
    events = [
        {"event_id": f"bench {visitor} {name}", "occurred_at": f"{as_of:%Y-%m-%dT%H:%M:%SZ}",
         "visitor_id": visitor, "event_name": name, "product_id": "P1"}
        for visitor, as_of in visitors for name in ("bench_visit", "view_item")
    ]  # fmt: skip
    path.write_text("".join(json.dumps(event) + "\n" for event in events))


def _count_rows(database: Path, customers: list[str]) -> tuple[int, int]:
    """Rows of the tables of customers, and how many of them models are shown when these customers are made anew."""
    with open_overlay(database, {"customers_concerned": customers}, of_customers) as connection:
        tables = connection.execute(
            "select schema_name, table_name, list(column_name)"
            " from duckdb_columns() semi join duckdb_tables() using (database_name, table_oid)"
            " where database_name = ? group by all",
            [WHOLE],
        ).fetchall()
        limited = [
            f'"{schema}"."{table}"' for schema, table, names in tables if of_customers(schema, table, names)
        ]
        counts = [
            sum(
                connection.execute(f"select count(*) from {catalog}.{name}").fetchall()[0][0]
                for name in limited
            )
            for catalog in ("kindred", WHOLE)
        ]
    return counts[0], counts[1]


def main() -> int:
    """Print a line a shop; return 1 where the larger one writes more for as many customers."""
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    costs = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            cost = measure(Path(folder) / "shop", size)
        print(
            f"{cost.known:>7,} customers, {cost.rows:>10,} rows of theirs, night {cost.night_seconds:.1f} s;"
            f" micro-batch: {cost.customers} customers, {cost.rows_shown:,} rows shown, {cost.rows_written:,} written,"
            f" {cost.seconds:.1f} s of models, {cost.job_seconds:.1f} s in all"
        )
        costs.append(cost)
    each = [cost.rows_written / max(cost.customers, 1) for cost in costs]
    print(f"rows written a customer: {', '.join(f'{value:.0f}' for value in each)}")
    return int(each[-1] > MOST_MORE * each[0])


if __name__ == "__main__":
    sys.exit(main())
