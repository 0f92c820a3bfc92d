"""Alerts out of what a night left: its anomalies, the gates that it did not pass, or how it failed.

Belongs here: reading the tables that say so, and words. Only figures of whole tables are read, never a value of a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from dagster_project.lib.alerting.alerts import Alert, Cause
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.warehouse import read_as_of, reading
from dagster_project.lib.validation.monitoring.kinds import GUIDE, section_of
from dagster_project.lib.validation.monitoring.nights import ANOMALIES

_FAILED, _BLOCKED = f"{GUIDE}#failed-night", f"{GUIDE}#blocked-publication"


@dataclass(frozen=True)
class Failure:
    """How a run ended that did not succeed. what: without a value of a row."""

    step: str
    what: str
    remedy: str
    is_gate: bool = False
    """Whether a blocking check stopped it: then its findings say more."""


def read_anomalies(connection: duckdb.DuckDBPyConnection, run_id: str) -> Alert:
    """Those of this night that nobody has acknowledged, the gravest first. Without any the alert has no cause."""
    as_of = read_as_of(connection)
    rows = connection.execute(
        f"""
        select kind, table_name, column_name, figure, observed, expected_low, expected_high, severity, remedy
        from {ANOMALIES} where as_of = ? and not is_acknowledged
        order by severity, kind, table_name, column_name, figure
        """,
        [as_of],
    ).fetchall()
    causes = [
        Cause(
            f"{kind} of {table}{f'.{column}' if column else ''}, {figure}",
            f"{_number(observed)}, expected {_range(low, high)}",
            remedy,
            section_of(kind),
            severity,
        )
        for kind, table, column, figure, observed, low, high, severity, remedy in rows
    ]
    return Alert("anomalies", run_id, as_of, tuple(causes))


def explain_failure(database: Path, run_id: str, failure: Failure) -> Alert:
    """What to tell of a run that did not succeed; what the warehouse knows of it, where it can be opened."""
    try:
        with reading(database) as connection:
            as_of = _instant_of(connection, run_id)
            blocked = _read_blocking(connection, run_id) if failure.is_gate else ()
    except (KindredError, duckdb.Error):
        # there may be none yet, or it is what is broken
        as_of, blocked = None, ()
    if blocked:
        return Alert("blocked_publication", run_id, as_of, blocked)
    return Alert("failed_night", run_id, as_of, (Cause(failure.step, failure.what, failure.remedy, _FAILED),))


def _instant_of(connection: duckdb.DuckDBPyConnection, run_id: str) -> datetime | None:
    """None where the run failed before it had settled one."""
    row = connection.execute(
        "select as_of from operations.current_night where run_id = ?", [run_id]
    ).fetchone()
    return row[0] if row else None


def _read_blocking(connection: duckdb.DuckDBPyConnection, run_id: str) -> tuple[Cause, ...]:
    rows = connection.execute(
        """
        select table_name, column_name, expectation, description, observed_value from quality.validation_results
        where run_id = ? and not is_success and severity = 'error'
        order by table_name, column_name, expectation, description
        """,
        [run_id],
    ).fetchall()
    return tuple(
        Cause(
            f"{table}{f'.{column}' if column else ''}, {expectation}",
            f"should be {description or expectation}, but found {observed}",
            "mend the export and run the night again; the last snapshot stays",
            _BLOCKED,
        )
        for table, column, expectation, description, observed in rows
    )


def _range(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"at least {_number(low)}" if low is not None else f"at most {_number(high or 0)}"
    return _number(low) if low == high else f"{_number(low)} to {_number(high)}"


def _number(value: float) -> str:
    return f"{value:,.10g}"
