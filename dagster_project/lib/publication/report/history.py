"""What earlier nights were like beside tonight: what came, segments, who is who, the recommender.

Belongs here: SQL over tables that keep nights, and which of it is drawn. Does not belong here: tonight's own numbers,
or whether tonight is odd (anomalies.py, drift.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from dagster_project.lib.publication.report.drawings.nights import Panel
from dagster_project.lib.publication.report.reader import Reader, Row
from dagster_project.lib.publication.report.suppression import SMALLEST_GROUP, round_to_tens
from dagster_project.lib.publication.report.writing import write_measure, write_number, write_percent

MOST_NIGHTS = 14
MOST_SEGMENTS = 6
_PROFILES, _ARRIVALS = "quality.column_profiles", "quality.feed_arrivals"
_SEGMENTS, _PERFORMANCE = "activation.segments", "activation.segment_performance"
_MEASURES = {
    "match_rate": "Records joined to others",
    "estimated_precision": "Estimated precision",
    "estimated_recall": "Estimated recall",
    "measured_precision": "Measured precision",
    "measured_recall": "Measured recall",
}


def read_arrivals(reader: Reader, as_of: datetime) -> dict[str, Any]:
    """Files, rows and rejected rows of the last nights; those of a night that brought nothing are 0."""
    nights = reader.rows(
        """
        with nights as (select distinct as_of from quality.column_profiles where as_of <= $as_of)
        select nights.as_of, coalesce(sum(files), 0)::bigint as files, coalesce(sum(row_count), 0)::bigint as rows,
            coalesce(sum(rejected_count), 0)::bigint as rejected
        from nights left join quality.feed_arrivals as arrivals on arrivals.as_of = nights.as_of
        group by 1 order by 1 desc limit $most
        """,
        [_PROFILES, _ARRIVALS],
        {"as_of": as_of, "most": MOST_NIGHTS},
    )
    names = {"rows": "Rows that came", "rejected": "Rejected of these"}
    return _describe(nights, names, write_number)


def read_segments(reader: Reader, as_of: datetime) -> dict[str, Any]:
    """Customers of the largest segments in the last nights, in tens; None where they were few.

    Exact numbers of two nights would tell of a few people who came or left.
    """
    rows = reader.rows(
        """
        with largest as (
            select segment, label, customers from activation.segments
            where is_published and customers >= $smallest order by customers desc, segment limit $segments
        )
        select performance.as_of, largest.segment, largest.label, performance.customers
        from activation.segment_performance as performance
        inner join largest on largest.segment = performance.segment
        where performance.as_of <= $as_of
        qualify dense_rank() over (order by performance.as_of desc) <= $most
        order by performance.as_of desc, largest.customers desc, largest.segment
        """,
        [_SEGMENTS, _PERFORMANCE],
        {"as_of": as_of, "most": MOST_NIGHTS, "segments": MOST_SEGMENTS, "smallest": SMALLEST_GROUP},
    )
    nights: dict[datetime, Row] = {}
    for row in rows:
        nights.setdefault(row["as_of"], {"as_of": row["as_of"]})[_key(row)] = round_to_tens(row["customers"])
    names = {_key(row): row["label"] for row in rows}
    return _describe(list(nights.values()), names, write_number)


def _key(row: Row) -> str:
    """No segment's name, whatever it is, is that of a column."""
    return f"segment {row['segment']}"


def read_identities(reader: Reader, as_of: datetime) -> dict[str, Any]:
    """Shares that say how well records were joined, of the last nights."""
    rows = reader.rows(
        """
        select as_of, metric, any_value(value) as value from quality.identity_measures
        where feed is null and as_of <= $as_of and list_contains($metrics, metric)
        group by as_of, metric
        qualify dense_rank() over (order by as_of desc) <= $most order by as_of desc
        """,
        ["quality.identity_measures"],
        {"as_of": as_of, "most": MOST_NIGHTS, "metrics": list(_MEASURES)},
    )
    nights: dict[datetime, Row] = {}
    for row in rows:
        nights.setdefault(row["as_of"], {"as_of": row["as_of"]})[row["metric"]] = row["value"]
    found = {row["metric"] for row in rows}
    names = {key: name for key, name in _MEASURES.items() if key in found}
    return _describe(list(nights.values()), names, write_percent, scale=100, unit="%")


def follow_models(versions: Sequence[Row]) -> dict[str, Any]:
    """NDCG@10 of the models of recommendations.read_nights, the newest first; popularity is what it is held against."""
    measured = [row for row in versions if row["ndcg"] is not None and row["as_of"] is not None]
    told = _describe(measured, {"ndcg": "NDCG@10"}, write_measure)
    told["panels"] = [
        Panel(
            panel.label,
            panel.values,
            [row["low"] for row in reversed(measured)],
            [row["high"] for row in reversed(measured)],
            other=[row["popularity"] for row in reversed(measured)],
            told=panel.told,
        )
        for panel in told["panels"]
    ]
    return told


def _describe(
    nights: list[Row], names: dict[str, str], write: Callable[[Any], str], scale: float = 1, unit: str = ""
) -> dict[str, Any]:
    """nights, the newest first, each with as_of and its measures; names of these; moments and panels, the newest last.

    scale, unit: what a value is drawn in. There are no panels of a single night: a point tells nothing that its number
    does not.
    """
    for night in nights:
        for name in names:
            night.setdefault(name, None)
    in_order = nights[::-1]
    panels = [
        Panel(
            label,
            [None if night[name] is None else night[name] * scale for night in in_order],
            told=write(in_order[-1][name]),
            unit=unit,
        )
        for name, label in names.items()
        if len(nights) > 1 and any(night[name] is not None for night in nights)
    ]
    return {
        "nights": nights,
        "names": names,
        "moments": [night["as_of"] for night in in_order],
        "panels": panels,
    }
