"""Values with their intervals, one below the other on one axis, around a line that they are held against.

Belongs here: marks. A row's name stands above its mark, so that all of the width is the axis' on a phone too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dagster_project.lib.publication.report.drawings.canvas import (
    FILL,
    MARGIN,
    SOFT,
    WIDTH,
    add_axes,
    cut,
    draw_grid,
    new_figure,
    only_finite,
    unclip,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROW, HEAD, FOOT = 34, 4, 24
"""Pixels of a row, above the first one, and below the last, for the axis."""
_LONGEST = 44
"""Letters of a name that have room beside its value."""


@dataclass(frozen=True)
class Estimate:
    """A row: a value with its interval."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    """None both where there is no interval."""
    told: str = ""
    """The value in words, at the right."""
    is_chosen: bool = True
    """Whether it is what the reader looks for, and not a rival."""
    other: float | None = None
    """A value beside it, marked by a bar."""


def draw_forest(rows: Sequence[Estimate], reference: float | None = None, unit: str = "") -> Figure:
    """A row an estimate, from above. reference: where a dashed line stands. unit: behind the numbers of the axis."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    figure = new_figure(HEAD + ROW * len(rows) + FOOT)
    axes = add_axes(figure, MARGIN, HEAD, ROW * len(rows))
    left, right = _limits(rows, reference)
    axes.set_xlim(left, right)
    axes.set_ylim(len(rows), 0)
    axes.set_yticks([])
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}{unit}".replace("-", "−")))
    draw_grid(axes, "x")
    if reference is not None:
        axes.vlines(
            [reference], 0, len(rows), color=SOFT, linewidth=1, linestyle=(0, (3, 3)), gid="reference"
        )
    across = axes.get_yaxis_transform()
    edge = -MARGIN / (WIDTH - 2 * MARGIN)
    for place, row in enumerate(rows):
        colour = FILL if row.is_chosen else SOFT
        height = place + 0.72
        if row.low is not None and row.high is not None:
            low, high = max(row.low, left), min(row.high, right)
            axes.hlines([height], low, high, color=colour, linewidth=2.5, gid=f"intervals-{place}")
        axes.plot([row.value], [height], "o", color=colour, markersize=8, gid=f"values-{place}")
        if row.other is not None:
            axes.plot(
                [row.other], [height], "|", color=SOFT, markersize=14, markeredgewidth=2,
                gid=f"other-{place}",
            )  # fmt: skip
        axes.text(edge, place + 0.36, cut(row.label, _LONGEST), transform=across)
        axes.text(1 - edge, place + 0.36, row.told, transform=across, ha="right")
    unclip(axes)
    return figure


def _limits(rows: Sequence[Estimate], reference: float | None) -> tuple[float, float]:
    """From zero or the least to the most, with a little room."""
    drawn = [value for row in rows for value in (row.value, row.low, row.high, row.other)]
    values = only_finite([0.0, reference, *drawn])
    room = (max(values) - min(values)) * 0.03 or 1.0
    return min(values) - (room if min(values) < 0 else 0.0), max(values) + room
