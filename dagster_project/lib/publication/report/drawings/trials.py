"""The trials of a tuning study from left to right: points, and the best so far as steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dagster_project.lib.publication.report.drawings.canvas import (
    FILL,
    SMALL,
    SOFT,
    add_axes,
    draw_grid,
    new_figure,
    unclip,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HEAD, HEIGHT, FOOT, LEFT = 16, 160, 26, 50


def draw_trials(trials: Sequence[Mapping[str, Any]]) -> Figure:
    """trials: {trial, value, best} in their order; `best` is the best value so far, the first is what is in use."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    figure = new_figure(HEAD + HEIGHT + FOOT)
    axes = add_axes(figure, LEFT, HEAD, HEIGHT)
    numbers, values = [trial["trial"] for trial in trials], [trial["value"] for trial in trials]
    room = (max(values) - min(values)) * 0.1 or 0.001
    ends = min(numbers) - 0.5, max(numbers) + 0.5
    axes.set_xlim(*ends)
    axes.set_ylim(min(values) - room, max(values) + room)
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{round(value, 6):g}"))
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    draw_grid(axes, "y")
    axes.hlines([values[0]], *ends, color=SOFT, linewidth=1, linestyle=(0, (3, 3)), gid="reference")
    axes.text(ends[1], values[0], "in use", color=SOFT, fontsize=SMALL, ha="right", va="bottom")
    axes.step(numbers, [trial["best"] for trial in trials], where="post", color=FILL, linewidth=2, gid="best")
    axes.plot(numbers, values, "o", color=SOFT, markersize=6, gid="values")
    best = max(trials, key=lambda trial: (trial["value"], -trial["trial"]))
    axes.plot([best["trial"]], [best["value"]], "o", color=FILL, markersize=9)
    unclip(axes)
    return figure
