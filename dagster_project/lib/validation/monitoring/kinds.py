"""What an anomaly can be of, how grave it is, and what to do about it.

Belongs here: names and words. `docs/operations.md` has a section of the same name for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

GUIDE = "docs/operations.md"
Severity = Literal["warn", "error"]


@dataclass(frozen=True)
class Kind:
    """One sort of anomaly."""

    severity: Severity
    remedy: str


KINDS = {
    "feed_freshness": Kind(
        "warn", "see whether the source still exports and the upload still runs; deliver what is missing"
    ),
    "feed_volume": Kind(
        "warn",
        "hold the export's rows against the source; deliver a cut or doubled one again under its old name",
    ),
    "feed_rejections": Kind(
        "warn", "mend what quality.rejected_rows gives as reasons, in the export or its contract"
    ),
    "table_volume": Kind("warn", "look among the anomalies of feeds for what is missing or came twice"),
    "column_nulls": Kind(
        "warn", "see whether an export lost or renamed the column; quality.schema_changes tells"
    ),
    "column_distinct": Kind(
        "warn", "see whether an export codes the column otherwise than before, or lost a part"
    ),
    "column_values": Kind("warn", "see whether a unit, a currency, a time zone or a price list has changed"),
    "reconciliation": Kind(
        "error", "hold the step in quality.reconciliations against its source and report the rows as a bug"
    ),
}


def section_of(kind: str) -> str:
    """Where the guide says more of a kind: file and anchor."""
    return f"{GUIDE}#{kind.replace('_', '-')}"


@dataclass(frozen=True)
class Anomaly:
    """A figure that lies outside what was to be expected."""

    kind: str
    table_name: str
    """schema.table, or source/feed."""
    column_name: str | None
    figure: str
    observed: float
    expected_low: float | None
    expected_high: float | None
    """None where there is no bound on that side."""
