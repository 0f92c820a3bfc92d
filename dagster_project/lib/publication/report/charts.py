"""Where bars and lines lie in the charts of match weights, in percent of the width and pixels of the height.

Belongs here: geometry. Does not belong here: reading what is drawn (pairs.py) or drawing it (templates/charts.html.j2).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ROW = 34
"""Pixels of a bar with its words above."""
HEAD = 20
"""Pixels above the first row, for the names of lines, and below the last, for the axis."""
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
MOST_TICKS = 6


@dataclass(frozen=True)
class Axis:
    """From `low` to `high` bits."""

    low: float
    high: float

    @classmethod
    def around(cls, values: Iterable[float]) -> Axis:
        """An axis with zero and all of `values` on it, and a little room at both ends."""
        found = [0.0, *values]
        low, high = min(found), max(found)
        room = max((high - low) * 0.03, 0.5)
        return cls(low - room, high + room)

    def place(self, bits: float) -> float:
        """Percent of the width."""
        return round((bits - self.low) / (self.high - self.low) * 100, 2)

    def ticks(self) -> list[dict[str, Any]]:
        """Round numbers on the axis, as many as are read at a glance."""
        step = next((step for step in STEPS if (self.high - self.low) / step < MOST_TICKS), STEPS[-1])
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        return [{"bits": step * n, "at": self.place(step * n)} for n in range(first, last + 1)]


def waterfall(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """How a pair's weight adds up, of its evidence {prior, fields, same_household, threshold}, all in bits.

    Each row has label, finding, bits (what it adds), total (so far), kind (start, for, against or sum), left and width.
    """
    steps = [("before comparing", "", evidence["prior"], "start")]
    steps += [(f["field"], f["finding"], f["weight"], _side(f["weight"])) for f in evidence["fields"]]
    household = evidence.get("same_household") or 0.0
    if abs(household) >= 0.05:
        steps.append(("may be one household", "", household, _side(household)))
    totals, total = [], 0.0
    for _, _, bits, _ in steps:
        total += bits
        totals.append(total)
    axis = Axis.around([*totals, evidence["threshold"]])
    rows = [
        _row(axis, label, finding, bits, after - bits, after, kind)
        for (label, finding, bits, kind), after in zip(steps, totals, strict=True)
    ]
    rows.append(_row(axis, "total", "", total, 0.0, total, "sum"))
    return {
        **_frame(axis, rows),
        "threshold": {"bits": evidence["threshold"], "at": axis.place(evidence["threshold"])},
        "total": total,
    }


def bits_chart(levels: Sequence[Mapping[str, Any]], all_weights: Iterable[float]) -> dict[str, Any]:
    """A bar from zero for each of `levels` {label, match_weight}; `all_weights` are what shares the axis."""
    axis = Axis.around(all_weights)
    rows = [
        _row(
            axis,
            level["label"],
            "",
            level["match_weight"],
            0.0,
            level["match_weight"],
            _side(level["match_weight"]),
        )
        for level in levels
    ]
    return _frame(axis, rows)


def _side(bits: float) -> str:
    return "for" if bits >= 0 else "against"


def _row(
    axis: Axis, label: str, finding: str, bits: float, begin: float, end: float, kind: str
) -> dict[str, Any]:
    left, right = sorted((axis.place(begin), axis.place(end)))
    return {
        "label": label, "finding": finding, "bits": bits, "total": end, "kind": kind,
        "left": left, "width": round(max(right - left, 0.4), 2), "end": axis.place(end),
    }  # fmt: skip


def _frame(axis: Axis, rows: list[dict[str, Any]]) -> dict[str, Any]:
    for number, row in enumerate(rows):
        row["top"] = HEAD + ROW * number
    return {
        "rows": rows,
        "zero": axis.place(0.0),
        "ticks": axis.ticks(),
        "bottom": HEAD + ROW * len(rows),
        "height": HEAD * 2 + ROW * len(rows),
    }
