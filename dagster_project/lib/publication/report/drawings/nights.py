"""How something went from night to night, or day by day: a panel a measure, one above the other on one axis of time.

Belongs here: marks. Panels in place of many lines in one, so that none needs a colour or a legend of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
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
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEAD, FOOT = 26, 22
"""Pixels above a panel, for its name, and below the last, for the axis of time."""
LEFT = 50
"""Pixels for the numbers of a panel."""
MOST_NAMES = 5
"""Days that have room under the last panel."""
_LONGEST = 40


@dataclass(frozen=True)
class Panel:
    """A measure over all moments; None where nothing is known or told."""

    label: str
    values: Sequence[float | None]
    low: Sequence[float | None] = ()
    high: Sequence[float | None] = ()
    """Ends of the intervals, of as many moments or of none."""
    other: Sequence[float | None] = ()
    """What it is held against, as a dashed line."""
    told: str = ""
    """The last value in words, at the right."""
    unit: str = ""
    bounds: tuple[float, float] | None = None
    """The ends of its axis; what goes farther ends there."""


def draw_nights(moments: Sequence[date | datetime], panels: Sequence[Panel], height: float = 64) -> Figure:
    """Panels of `height` pixels over one axis of time. moments: in their order, at least two."""
    figure = new_figure((HEAD + height) * len(panels) + FOOT)
    for place, panel in enumerate(panels):
        axes = add_axes(figure, LEFT, (HEAD + height) * place + HEAD, height)
        _draw(axes, moments, panel, 8 / height)
        axes.set_xticks([])
        if place == len(panels) - 1:
            _name_moments(axes, moments)
    return figure


def _name_moments(axes: Axes, moments: Sequence[date | datetime]) -> None:
    """Days under the first and the last of them, and under some between."""
    from matplotlib.dates import date2num

    names = min(MOST_NAMES, len(moments))
    places = [round(step * (len(moments) - 1) / (names - 1)) for step in range(names)]
    axes.set_xticks(
        [float(date2num(moments[place])) for place in places],
        [f"{moments[place].day} {moments[place]:%b}" for place in places],
    )


def _draw(axes: Axes, moments: Sequence[date | datetime], panel: Panel, above: float) -> None:
    from matplotlib.dates import date2num
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    low, high = panel.bounds or _limits(panel)
    axes.set_ylim(low, high)
    axes.yaxis.set_major_locator(MaxNLocator(2, min_n_ticks=2))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _short(value) + panel.unit))
    x = [float(date2num(moment)) for moment in moments]
    room = (x[-1] - x[0]) * 0.02 or 1.0
    axes.set_xlim(x[0] - room, x[-1] + room)
    draw_grid(axes, "y")

    def known(values: Sequence[float | None]) -> list[float]:
        return [float("nan") if value is None else min(max(value, low), high) for value in values]

    if panel.other:
        axes.plot(x, known(panel.other), color=SOFT, linewidth=1.2, linestyle=(0, (3, 3)), gid="other")
    if panel.low and panel.high:
        spans = [one for one in zip(x, panel.low, panel.high, strict=True) if None not in one]
        axes.vlines(
            [at for at, *_ in spans], known([bottom for _, bottom, _ in spans]), known([top for *_, top in spans]),
            color=FILL, linewidth=4, alpha=0.35, gid="intervals",
        )  # fmt: skip
    axes.plot(x, known(panel.values), color=FILL, linewidth=1.6)
    axes.plot(x, known(panel.values), "o", color=FILL, markersize=4.5, gid="values")
    across = axes.transAxes
    wide = WIDTH - LEFT - MARGIN
    axes.text((2 - LEFT) / wide, 1 + above, cut(panel.label, _LONGEST), transform=across)
    axes.text(1 + (MARGIN - 2) / wide, 1 + above, panel.told, transform=across, ha="right")
    unclip(axes)


def _limits(panel: Panel) -> tuple[float, float]:
    found = only_finite([*panel.values, *panel.low, *panel.high, *panel.other])
    low, high = min(found, default=0.0), max(found, default=1.0)
    room = (high - low) * 0.08 or abs(high) * 0.05 or 1.0
    return low - room, high + room


def _short(value: float) -> str:
    """12k for 12,000: an axis has room for five signs."""
    for unit, size in (("M", 1e6), ("k", 1e3)):
        if abs(value) >= size * 10 or (abs(value) >= size and value % (size / 10) == 0):
            return f"{value / size:g}{unit}".replace("-", "−")
    return f"{round(value, 6):g}".replace("-", "−")
