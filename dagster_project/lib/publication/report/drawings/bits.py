"""Match weights in bits: how those of a pair add up, and what the findings of each field say.

Belongs here: marks, after the waterfall chart of Splink (Linacre et al. 2022, International Journal of Population Data
Science 7(3)).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dagster_project.lib.publication.report.drawings.canvas import (
    AGAINST,
    FILL,
    INK,
    MARGIN,
    SOFT,
    WIDTH,
    add_axes,
    cut,
    draw_grid,
    new_figure,
    unclip,
)
from dagster_project.lib.publication.report.writing import write_bits

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW, HEAD, FOOT = 34, 4, 24
"""Pixels of a bar with its words above, above the first, and below the last, for the axis."""
THRESHOLD = 18
"""Pixels above a waterfall, for the name of its line."""
_LONGEST = 46
_COLOURS = {"start": SOFT, "for": FILL, "against": AGAINST, "sum": FILL}


def draw_waterfall(rows: Sequence[Mapping[str, Any]], threshold: float) -> Figure:
    """How a weight adds up to its last row. rows: {label, finding, bits, before, total, kind} of pairs.add_up."""
    figure, axes = _frame(len(rows), [threshold, *(row["total"] for row in rows)], HEAD + THRESHOLD)
    axes.vlines(
        [threshold], -0.1, len(rows), color=INK, linewidth=1.5, linestyle=(0, (4, 3)), gid="threshold"
    )
    left, right = axes.get_xlim()
    share = (threshold - left) / (right - left)
    side = "left" if share < 0.25 else "right" if share > 0.75 else "center"
    axes.text(threshold, -0.28, f"threshold {write_bits(threshold)}", ha=side, color=SOFT, fontsize=11)
    for place, row in enumerate(rows):
        is_sum = row["kind"] == "sum"
        axes.barh(
            [place + 0.68], [row["total"] - row["before"]], left=row["before"], height=0.3,
            color=_COLOURS[row["kind"]], edgecolor=INK if is_sum else "none", linewidth=1 if is_sum else 0,
        )  # fmt: skip
        _name(axes, place, ": ".join(filter(None, (row["label"], row["finding"]))), row["bits"])
    joints = range(len(rows) - 1)
    axes.vlines(
        [rows[place]["total"] for place in joints],
        [place + 0.53 for place in joints],
        [place + 1.83 for place in joints],
        color=SOFT,
        linewidth=0.75,
    )
    axes.plot([row["total"] for row in rows], [place + 0.68 for place in range(len(rows))], "|", markersize=9,
              color=INK, markeredgewidth=1, gid="totals")  # fmt: skip
    unclip(axes)
    return figure


def draw_levels(levels: Sequence[Mapping[str, Any]], weights: Sequence[float]) -> Figure:
    """A bar from zero for each of `levels` {label, match_weight}; weights: all of them that share the axis."""
    figure, axes = _frame(len(levels), weights, HEAD)
    bits = [level["match_weight"] for level in levels]
    axes.barh(
        [place + 0.68 for place in range(len(levels))], bits, height=0.3,
        color=[FILL if one >= 0 else AGAINST for one in bits],
    )  # fmt: skip
    axes.plot(bits, [place + 0.68 for place in range(len(levels))], "|", markersize=9, color=INK, markeredgewidth=1,
               gid="values")  # fmt: skip
    for place, level in enumerate(levels):
        _name(axes, place, level["label"], level["match_weight"])
    unclip(axes)
    return figure


def _frame(rows: int, values: Sequence[float], head: float) -> tuple[Figure, Axes]:
    """Axes with zero and all of `values` on them, a row a unit from above."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    figure = new_figure(head + ROW * rows + FOOT)
    axes = add_axes(figure, MARGIN, head, ROW * rows)
    low, high = min(0.0, *values), max(0.0, *values)
    room = max((high - low) * 0.03, 0.5)
    axes.set_xlim(low - room, high + room)
    axes.set_ylim(rows, 0)
    axes.set_yticks([])
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda bits, _: f"{bits:g}".replace("-", "−")))
    draw_grid(axes, "x")
    axes.vlines([0], 0, rows, color=SOFT, linewidth=1)
    return figure, axes


def _name(axes: Axes, place: int, label: str, bits: float) -> None:
    across = axes.get_yaxis_transform()
    edge = -MARGIN / (WIDTH - 2 * MARGIN)
    axes.text(edge, place + 0.36, cut(label.replace("_", " "), _LONGEST), transform=across)
    axes.text(1 - edge, place + 0.36, write_bits(bits), transform=across, ha="right")
