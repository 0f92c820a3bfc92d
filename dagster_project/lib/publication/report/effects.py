"""Effects of experiments as they are drawn: in percent of the control's mean, and day by day.

Here belongs what is drawn of which row. What rows there are, and of whom too few to tell, is experiments.py's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dagster_project.lib.publication.report.drawings.canvas import only_finite
from dagster_project.lib.publication.report.drawings.forest import Estimate
from dagster_project.lib.publication.report.drawings.nights import Panel
from dagster_project.lib.publication.report.reader import Row
from dagster_project.lib.publication.report.writing import write_percents

FARTHEST = 200.0
"""Percent of the control's mean; what goes farther is drawn as if it ended there."""


def compare_effects(effects: Sequence[Row]) -> dict[str, Any]:
    """Effects in percent of the control's mean: rows {..., relative}, estimates to draw, and whether one is cut.

    relative: (effect, low, high) in percent; None where an effect is not told, or its control has nothing to compare
    with.
    """
    rows = [row | {"relative": _in_percent(row)} for row in effects]
    return {
        "rows": rows,
        "estimates": [
            Estimate(
                f"{row['metric']}, {row['variant_id']}".replace("_", " "),
                *(min(max(value, -FARTHEST), FARTHEST) for value in row["relative"]),
                told=write_percents(row["relative"][0]),
            )
            for row in rows
            if row["relative"]
        ],
        "is_cut": any(abs(value) > FARTHEST for row in rows for value in row["relative"] or ()),
    }


def _in_percent(row: Row) -> tuple[float, float, float] | None:
    effect, low, high, base = (
        row["absolute_effect"], row["ci_low"], row["ci_high"], row["control_mean"],
    )  # fmt: skip
    if effect is None or low is None or high is None or not base:
        return None
    return (100 * effect / abs(base), 100 * low / abs(base), 100 * high / abs(base))


def follow_days(variant: str, kind: str | None, days: Sequence[Row]) -> dict[str, Any]:
    """The goal's effect and interval until each day: days that are known, and a panel where two of them are.

    kind: of the goal; a conversion is drawn in points. The first intervals are wide: the axis is that of the second
    half of the days.
    """
    known = [
        day for day in days if len(only_finite([day["ci_low"], day["ci_high"], day["absolute_effect"]])) == 3
    ]
    told = {"variant": variant, "kind": kind, "days": known, "panel": None, "is_cut": False}
    if len(known) < 2:
        return told
    scale, unit = (100, ", points") if kind == "conversion" else (1, "")
    latest = known[len(known) // 2 :]
    low = min(0.0, *(day["ci_low"] * scale for day in latest))
    high = max(0.0, *(day["ci_high"] * scale for day in latest))
    room = (high - low) * 0.1 or 1.0
    panel = Panel(
        f"Effect of {variant}{unit}".replace("_", " "),
        [day["absolute_effect"] * scale for day in known],
        [day["ci_low"] * scale for day in known],
        [day["ci_high"] * scale for day in known],
        other=[0.0] * len(known),
        bounds=(low - room, high + room),
    )
    is_cut = any(day["ci_low"] * scale < low - room or day["ci_high"] * scale > high + room for day in known)
    return told | {"panel": panel, "is_cut": is_cut}
