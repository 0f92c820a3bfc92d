"""Where effects and their intervals lie in the drawings of experiments: percent of the width, pixels of the height.

Here belongs geometry. What is drawn is read by experiments.py, and drawn by templates/plots.html.j2.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dagster_project.lib.publication.report.charts import Axis
from dagster_project.lib.publication.report.reader import Row

FARTHEST = 200.0
"""Percent of the control's mean; what goes farther ends at the edge."""
HEIGHT, TOP = 150, 12
"""Pixels of a timeline, and above it."""


def place_effects(effects: Sequence[Row]) -> dict[str, Any]:
    """Effects in percent of the control's mean on one axis around zero: rows {..., at, span, reference}, and ticks.

    An effect that is not told, or whose control has nothing to compare with, has no place.
    """
    shown = [_in_percent(row) for row in effects]
    axis = Axis.around([value for values in shown if values for value in values])
    zero = axis.place(0.0)
    rows = [
        row
        | {
            "at": axis.place(values[0]) if values else None,
            "span": (axis.place(values[1]), axis.place(values[2])) if values else None,
            "reference": zero,
        }
        for row, values in zip(effects, shown, strict=True)
    ]
    return {"rows": rows, "ticks": axis.ticks(), "is_drawn": any(shown)}


def _in_percent(row: Row) -> tuple[float, float, float] | None:
    effect, low, high, base = (
        row["absolute_effect"], row["ci_low"], row["ci_high"], row["control_mean"],
    )  # fmt: skip
    if effect is None or low is None or high is None or not base:
        return None
    effect, low, high = (
        min(max(100 * value / abs(base), -FARTHEST), FARTHEST) for value in (effect, low, high)
    )
    return effect, low, high


def draw_days(variant: str, days: Sequence[Row]) -> dict[str, Any]:
    """The goal's effect and interval by day of first exposure: points {day, at, middle, top, bottom}, and zero.

    The first intervals are wide: the scale is that of the second half of the days, and what leaves it ends at the edge.
    """
    known = [day for day in days if day["ci_low"] is not None]
    if len(known) < 2:
        return {"variant": variant, "points": []}
    latest = known[len(known) // 2 :]
    high = max(0.0, *(day["ci_high"] for day in latest))
    low = min(0.0, *(day["ci_low"] for day in latest))
    room = (high - low) * 0.1 or 1.0
    low, high = low - room, high + room

    def height(value: float) -> float:
        return round(TOP + (high - min(max(value, low), high)) / (high - low) * HEIGHT, 1)

    step = 96 / (len(known) - 1)
    return {
        "variant": variant,
        "zero": height(0.0),
        "bottom": TOP + HEIGHT,
        "points": [
            {
                "day": day["exposed_date"],
                "at": round(2 + number * step, 2),
                "middle": height(day["absolute_effect"]),
                "top": height(day["ci_high"]),
                "bottom": height(day["ci_low"]),
            }
            for number, day in enumerate(known)
        ],
        "last": known[-1],
    }
