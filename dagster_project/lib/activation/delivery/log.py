"""The log of deliveries: one row a destination and table, each time it was sent or found to be up to date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.lib.activation.delivery.engine import Delivery
from dagster_project.lib.activation.delivery.state import LOG_COLUMNS, open_table

TABLE = "quality.delivery_log"


def write_log(
    connection: duckdb.DuckDBPyConnection, deliveries: Sequence[Delivery], run_id: str, started_at: datetime
) -> None:
    """Add how a destination was served.

    connection: with the state attached. run_id: of the night whose snapshot was sent. started_at: UTC without zone.
    """
    finished_at = datetime.now(UTC).replace(tzinfo=None)
    for one in deliveries:
        connection.execute(
            "insert into deliveries.delivery_log values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                one.destination, one.collection, one.added, one.changed, one.removed, one.failed,
                one.status, one.reason, started_at, finished_at, run_id,
            ],
        )  # fmt: skip


def publish_log(connection: duckdb.DuckDBPyConnection, deliveries: Path) -> int:
    """Make quality.delivery_log of the warehouse what the state's log says, and return its rows.

    It is of the deliveries before: those of the snapshot that is about to be published are in the next one.
    """
    connection.execute("create schema if not exists quality")
    connection.execute(f"create table if not exists {TABLE} ({LOG_COLUMNS})")
    if deliveries.exists():
        with open_table(deliveries, "delivery_log") as state:
            rows = state.execute("select * from deliveries.delivery_log order by all").fetchall()
        connection.execute(f"delete from {TABLE}")
        if rows:
            connection.executemany(f"insert into {TABLE} values ({', '.join('?' * len(rows[0]))})", rows)
    counted = connection.execute(f"select count(*) from {TABLE}").fetchone()
    return counted[0] if counted else 0


def list_failures(deliveries: Path, destinations: Sequence[str]) -> list[str]:
    """What went wrong when each destination was served last, without a value of a row; refused rows are no failure."""
    with open_table(deliveries, "delivery_log") as state:
        found = state.execute(
            """
            select destination || ' ' || table_name || ' ' || status || coalesce(' (' || reason || ')', '')
            from deliveries.delivery_log where destination in (select unnest(?))
            qualify started_at = max(started_at) over (partition by destination)
                and status in ('failed', 'refused')
            order by 1
            """,
            [list(destinations)],
        )
        return [failure for (failure,) in found.fetchall()]


def list_rejections(deliveries: Path, destination: str) -> list[dict[str, Any]]:
    """The rows that a destination refused and has not taken since, newest first."""
    with open_table(deliveries, "rejections") as state:
        found = state.execute(
            """
            select collection, key, reason, attempts, first_failed_at, failed_at from deliveries.rejections
            where destination = ? order by failed_at desc, collection, key
            """,
            [destination],
        )
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
