"""Who was in which segment when, and how segments did, kept from night to night.

Belongs here: taking over into `operations.*` what a build that ended well found. Who enters and leaves, and why, is
SQL: `activation.segment_history`, which leaves out what this very night recorded before, so that a night that is run
again adds nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from dagster_project.lib.common.warehouse import list_tables

TABLES = """
create table if not exists operations.segment_history (
    customer_id varchar, segment varchar, entered_at timestamp, exited_at timestamp, entry_reason varchar,
    reason varchar, last_seen_at timestamp, recorded_at timestamp
);
create table if not exists operations.segment_nights (as_of timestamp);
create table if not exists operations.segment_performance (
    segment varchar, as_of timestamp, customers integer, orders_30_days integer, revenue_30_days double,
    conversion_rate_30_days double, email_click_rate_30_days double, run_id varchar
);
"""
_KEPT = ("segment_history", "segment_performance")
_TONIGHT = "(select as_of from operations.current_night)"


def keep(connection: duckdb.DuckDBPyConnection, *, looks_back: bool) -> None:
    """Take over tonight's tables, inside the caller's transaction; nothing of a look back or where there are none."""
    there = list_tables(connection)
    if looks_back or not all(f"activation.{table}" in there for table in _KEPT):
        return
    for table in _KEPT:
        connection.execute(f"create or replace table operations.{table} as from activation.{table}")
    _note_night(connection)


def keep_of(connection: duckdb.DuckDBPyConnection, customers: Sequence[str]) -> None:
    """Take over the stays of these customers alone, inside the caller's transaction."""
    concerned = "where customer_id in (select unnest(?::varchar[]))"
    connection.execute(f"delete from operations.segment_history {concerned}", [customers])
    connection.execute(
        f"insert into operations.segment_history by name from activation.segment_history {concerned}",
        [customers],
    )
    _note_night(connection)


def _note_night(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(f"delete from operations.segment_nights where as_of >= {_TONIGHT}")
    connection.execute(f"insert into operations.segment_nights select {_TONIGHT}")
