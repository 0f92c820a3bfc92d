"""A warehouse with one mart and a ledger, watched night after night."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.lib.common import warehouse
from dagster_project.lib.ingestion.loading.tables import create_tables
from dagster_project.lib.validation.monitoring import nights as nights_table
from dagster_project.lib.validation.monitoring.acknowledgements import Acknowledgement
from dagster_project.lib.validation.monitoring.nights import WatchedNight
from dagster_project.lib.validation.monitoring.watching import Watched, watch_night

FIRST = datetime(2026, 3, 2, 4)
CLASSES = {"name": "direct", "gender": "sensitive", "amount": "indirect", "bought_at": "indirect"}
ROWS = 400
WEEK = (1000, 950, 1050, 1000, 1020, 300, 250)


class Shop:
    """One warehouse; `night` counts from 0."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.acknowledgements: list[Acknowledgement] = []
        self.nights_kept = 90
        self.make()

    def make(self, rows: int = ROWS, **columns: str) -> None:
        """Make the mart anew. columns: SQL of those that are to be otherwise, of n."""
        usual = {
            "customer_id": "'c' || n",
            "name": "'Ann' || n",
            "gender": "'f'",
            "amount": "(n % 100)::double",
            "bought_at": "timestamp '2026-03-01' - to_hours(n::integer)",
            "is_known": "n % 4 = 0",
            "computed_at": "now()::timestamp",
        }
        selected = ", ".join(f"{sql} as {name}" for name, sql in (usual | columns).items())
        self.connection.execute(
            f"create schema if not exists marts;"
            f" create or replace table marts.buyers as select {selected} from range({rows}) as t(n)"
        )

    def deliver(self, night: int, rows: int, *, feed: str = "orders", rejected: int = 0) -> None:
        """Enter a file into the ledger that came just before this night."""
        self.connection.execute(
            "insert into quality.ingested_files (file_id, file_path, source, source_table, content_hash, status,"
            " rows_in, rows_loaded, rows_rejected, ingested_at) values (?, ?, 'pos', ?, ?, 'loaded', ?, ?, ?, ?)",
            [
                night,
                f"{feed}-{night}.csv",
                feed,
                f"{feed}-{night}",
                rows,
                rows - rejected,
                rejected,
                self.at(night),
            ],
        )

    def remember_weeks(self, nights: int, rows: Sequence[int] = WEEK, rejected: int = 0) -> None:
        """Be a shop that was watched for so many nights, each with an arrival of orders by its weekday, from Monday."""
        nights_table.create_tables(self.connection)
        for night in range(nights):
            self.connection.execute(
                "insert into operations.watched_nights values ($1, $1, 'before')", [self.at(night)]
            )
            self.connection.execute(
                "insert into quality.feed_arrivals values (?, 'pos/orders', 1, ?, ?, 'before')",
                [self.at(night), rows[night % len(rows)] + night % 5, rejected and rejected + night % 3],
            )

    @staticmethod
    def at(night: int) -> datetime:
        return FIRST + timedelta(days=night)

    def watch(self, night: int, run: str = "run") -> Watched:
        """Look at this night, an hour after its instant."""
        watched = WatchedNight(f"{run} {night}", self.at(night), self.at(night) + timedelta(hours=1))
        return watch_night(
            self.connection,
            watched,
            lambda _, column: CLASSES.get(column, "none"),
            self.acknowledgements,
            self.nights_kept,
        )

    def anomalies(
        self, columns: str = "kind, table_name, column_name, figure", night: int | None = None
    ) -> Any:
        """Those of a night, or of all."""
        where = "" if night is None else f"where as_of = timestamp '{self.at(night)}'"
        return self.connection.execute(
            f"select {columns} from quality.anomalies {where} order by all"
        ).fetchall()

    def profile(self, column: str, figure: str) -> Any:
        """One figure of a column, of the newest night."""
        return self.connection.execute(
            f"select {figure} from quality.column_profiles where column_name = ? order by as_of desc limit 1",
            [column],
        ).fetchone()[0]


@contextmanager
def opened(database: Path) -> Iterator[Shop]:
    """A shop in this file, new or as it was left."""
    with warehouse.connect(database) as connection:
        create_tables(connection)
        yield Shop(connection)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with opened(tmp_path / "shop.duckdb") as shop:
        yield shop
