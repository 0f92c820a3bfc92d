"""What nobody expected of this night, and what did not come out as it went in.

Belongs here: reading what monitoring found. Does not belong here: finding it, or what to do about it, which stands in
the tables themselves.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dagster_project.lib.publication.report.reader import Reader, Row
from models_ml.monitoring.expected_ranges import FEWEST_VALUES

_ANOMALIES, _RECONCILIATIONS = "quality.anomalies", "quality.reconciliations"


def read_anomalies(reader: Reader, as_of: datetime) -> dict[str, Any]:
    """Tonight's anomalies, those that nobody knows of first; how many nights were before; what does not reconcile.

    is_watched: whether anybody looked at the night. reconciled: how many sums were held against each other.
    """
    found = reader.rows(
        f"""
        select * from {_ANOMALIES} where as_of = ?
        order by is_acknowledged, severity <> 'error', kind, table_name, column_name nulls first, figure
        """,
        [_ANOMALIES],
        [as_of],
    )
    sums = reader.rows(
        f"select *, arrived - expected as difference from {_RECONCILIATIONS} order by feed, step, measure",
        [_RECONCILIATIONS],
    )
    return {
        "is_watched": _ANOMALIES in reader.tables,
        "nights": _count_nights(reader, as_of),
        "fewest_nights": FEWEST_VALUES,
        "found": found,
        "open": [row for row in found if not row["is_acknowledged"]],
        "reconciled": len(sums),
        "unreconciled": [row for row in sums if not row["is_reconciled"]],
    }


def _count_nights(reader: Reader, as_of: datetime) -> int:
    counted: Row = reader.row(
        "select count(distinct as_of) as nights from quality.column_profiles where as_of < ?",
        ["quality.column_profiles"],
        [as_of],
    )
    return counted.get("nights", 0)
