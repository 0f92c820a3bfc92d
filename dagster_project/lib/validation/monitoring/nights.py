"""Which nights are remembered, and the tables that remember them.

Belongs here: definitions, and how long rows stay. Each module of this room writes its own table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

from dagster_project.lib.common.warehouse import transaction

PROFILES = "quality.column_profiles"
ARRIVALS = "quality.feed_arrivals"
ANOMALIES = "quality.anomalies"
WATCHED_UNTIL = """
case when max(as_of) > $as_of
    then coalesce(max(watched_at) filter (as_of = $as_of), max(watched_at) filter (as_of < $as_of), '-infinity')
    else $watched_at
end
"""
"""SQL over operations.watched_nights: until when files belong to a night; one that is rebuilt takes no later one's."""
_DEFINITIONS = f"""
create schema if not exists quality;
create table if not exists operations.watched_nights (as_of timestamp, watched_at timestamp, run_id varchar);
create table if not exists {PROFILES} (
    as_of timestamp, table_name varchar, column_name varchar, row_count bigint, null_count bigint,
    distinct_count bigint, measured_in varchar, average double, quantile_05 double, median double,
    quantile_95 double, table_checksum varchar, run_id varchar
);
create table if not exists {ARRIVALS} (
    as_of timestamp, feed varchar, files bigint, row_count bigint, rejected_count bigint, run_id varchar
);
create table if not exists {ANOMALIES} (
    as_of timestamp, kind varchar, table_name varchar, column_name varchar, figure varchar, observed double,
    expected_low double, expected_high double, severity varchar, remedy varchar, is_acknowledged boolean,
    acknowledged_by varchar, acknowledged_reason varchar, acknowledged_until date, run_id varchar
);
"""


@dataclass(frozen=True)
class WatchedNight:
    """The night that is looked at. Times are UTC without zone."""

    run_id: str
    as_of: datetime
    watched_at: datetime
    """By the clock; only tells which files came since the night before."""


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables that are not there yet, so that the first night publishes them too."""
    with transaction(connection):
        connection.execute(_DEFINITIONS)


def remember(connection: duckdb.DuckDBPyConnection, night: WatchedNight, nights_kept: int) -> None:
    """Note the night, in place of an earlier run of it, and forget all but the newest ones."""
    with transaction(connection):
        (until,) = connection.execute(
            f"select {WATCHED_UNTIL} from operations.watched_nights",
            {"as_of": night.as_of, "watched_at": night.watched_at},
        ).fetchone() or (night.watched_at,)
        connection.execute("delete from operations.watched_nights where as_of = ?", [night.as_of])
        connection.execute(
            "insert into operations.watched_nights values (?, ?, ?)", [night.as_of, until, night.run_id]
        )
        connection.execute(
            "delete from operations.watched_nights where as_of not in"
            " (select as_of from operations.watched_nights order by as_of desc limit ?)",
            [nights_kept],
        )
        for table in (PROFILES, ARRIVALS, ANOMALIES):
            connection.execute(
                f"delete from {table} where as_of not in (select as_of from operations.watched_nights)"
            )
