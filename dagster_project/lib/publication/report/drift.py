"""Tonight's measures of who is who beside those of earlier nights.

Belongs here: which measures moved by more than they do of themselves. Does not belong here: measuring, which is SQL
(`quality.identity_measures`), and words (templates/).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dagster_project.lib.publication.report.reader import Reader, Row

LARGEST_MOVE = 0.05
"""A share that is further than this from the median of earlier nights is worth a look."""
FEWEST_RECORDS = 50
"""Of fewer records a share moves by points with a single one."""
SHARES = {
    "match_rate": "Records joined to others",
    "duplicate_rate": "Duplicates among customer records",
    "estimated_precision": "Estimated precision",
    "estimated_recall": "Estimated recall",
    "measured_precision": "Measured precision",
    "measured_recall": "Measured recall",
}
AMOUNTS = {
    "customers": "Customers",
    "records": "Records",
    "largest_customer": "Records of the largest customer",
    "threshold": "Threshold, bits",
}
_ORDER = [*SHARES, *AMOUNTS]


def compare_nights(reader: Reader, as_of: datetime, records: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    """Measures of this night with the median of earlier ones, and those shares that drifted.

    records: (feed, record kind) -> records tonight. nights: how many earlier nights there are, of the measure that has
    most. before: (metric, feed, record kind) -> that median. by_metric: tonight's measures of all records, by metric.
    """
    rows = reader.rows(
        """
        select metric, feed, record_kind, any_value(value) filter (as_of = ?) as value,
            median(value) filter (as_of < ?) as earlier, count(*) filter (as_of < ?) as nights
        from quality.identity_measures group by all
        """,
        ["quality.identity_measures"],
        [as_of] * 3,
    )
    measures = [
        _describe(row, records) for row in rows if row["value"] is not None and row["metric"] in _ORDER
    ]
    measures.sort(key=lambda m: (_ORDER.index(m["metric"]), m["feed"] or "", m["record_kind"] or ""))
    return {
        "measures": measures,
        "drifted": [measure for measure in measures if measure["has_drifted"]],
        "nights": max((measure["nights"] for measure in measures), default=0),
        "before": {(m["metric"], m["feed"], m["record_kind"]): m["earlier"] for m in measures},
        "by_metric": {m["metric"]: m["value"] for m in measures if m["feed"] is None},
    }


def _describe(row: Row, records: Mapping[tuple[str, str], int]) -> Row:
    is_share = row["metric"] in SHARES
    move = None if row["earlier"] is None else row["value"] - row["earlier"]
    is_large = row["feed"] is None or records.get((row["feed"], row["record_kind"]), 0) >= FEWEST_RECORDS
    return {
        **row,
        "label": (SHARES | AMOUNTS)[row["metric"]],
        "is_share": is_share,
        "move": move,
        "has_drifted": bool(is_share and is_large and move is not None and abs(move) > LARGEST_MOVE),
    }
