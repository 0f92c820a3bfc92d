"""`quality.anomalies`: what nobody expected of tonight's feeds and tables, and who knows of it.

Belongs here: gathering anomalies of all kinds, and that table's rows. How each is found stands in a module of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import duckdb

from dagster_project.lib.common.warehouse import list_tables, transaction
from dagster_project.lib.validation.monitoring.acknowledgements import Acknowledgement, find_acknowledgement
from dagster_project.lib.validation.monitoring.feeds import find_feed_anomalies
from dagster_project.lib.validation.monitoring.kinds import KINDS, Anomaly
from dagster_project.lib.validation.monitoring.nights import ANOMALIES, WatchedNight
from dagster_project.lib.validation.monitoring.tables import find_table_anomalies

_RECONCILIATIONS = "quality.reconciliations"


@dataclass(frozen=True)
class Found:
    """How many anomalies the night has."""

    anomalies: int
    acknowledged: int


def write_anomalies(
    connection: duckdb.DuckDBPyConnection, night: WatchedNight, acknowledgements: Collection[Acknowledgement]
) -> Found:
    """Replace the night's rows. Profiles and arrivals are there already. One transaction: none may be open.

    Acknowledgements hold by the night's own day, so that a past night that is rebuilt says what it said.
    """
    found = [
        (anomaly, find_acknowledgement(anomaly, acknowledgements, night.as_of.date()))
        for anomaly in _find(connection, night)
    ]
    rows = [_row(anomaly, known, night) for anomaly, known in found]
    with transaction(connection):
        connection.execute(f"delete from {ANOMALIES} where as_of = ?", [night.as_of])
        if rows:
            connection.executemany(f"insert into {ANOMALIES} values ({', '.join('?' * len(rows[0]))})", rows)
    return Found(len(found), sum(known is not None for _, known in found))


def _find(connection: duckdb.DuckDBPyConnection, night: WatchedNight) -> Iterator[Anomaly]:
    yield from find_feed_anomalies(connection, night)
    yield from find_table_anomalies(connection, night)
    yield from _find_unreconciled(connection)


def _find_unreconciled(connection: duckdb.DuckDBPyConnection) -> Iterator[Anomaly]:
    """Differences that nothing explains: not one row more or less was to be expected."""
    if _RECONCILIATIONS not in list_tables(connection):
        return
    rows = connection.execute(
        f"select feed, step, measure, arrived, expected from {_RECONCILIATIONS} where not is_reconciled order by all"
    ).fetchall()
    for feed, step, measure, arrived, expected in rows:
        yield Anomaly("reconciliation", feed, None, f"{step}: {measure}", arrived, expected, expected)


def _row(anomaly: Anomaly, known: Acknowledgement | None, night: WatchedNight) -> Sequence[object]:
    kind = KINDS[anomaly.kind]
    return (
        night.as_of,
        anomaly.kind,
        anomaly.table_name,
        anomaly.column_name,
        anomaly.figure,
        anomaly.observed,
        anomaly.expected_low,
        anomaly.expected_high,
        kind.severity,
        kind.remedy,
        known is not None,
        known and known.by,
        known and known.reason,
        known and known.until,
        night.run_id,
    )
