"""Tonight's figures beside those of earlier nights, many series at once.

Belongs here: how figures of a sort are compared. Which figures there are is for feeds.py and tables.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dagster_project.lib.validation.monitoring.kinds import Anomaly
from models_ml.monitoring.expected_ranges import FEWEST_VALUES, Floats, expect_next
from models_ml.monitoring.medians import row_medians

_LEAST_RATIO = float(np.log(1.25))
"""Counts that change by less than a quarter are nobody's concern."""
_LEAST_SHARE = 0.05
_LEAST_LEVEL = 0.25
"""Of a series' usual extent, how far its level has to move."""
Sort = Literal["count", "share", "level"]


@dataclass(frozen=True)
class Figure:
    """What is compared. kind: of the anomaly that it may be; sort: which changes count as large."""

    kind: str
    name: str
    sort: Sort


@dataclass(frozen=True)
class Grid:
    """Where the rows of a frame belong among subjects and nights."""

    frame: pd.DataFrame
    """Columns table_name, column_name and as_of, at most one row a subject and night, and one a figure."""
    subjects: list[tuple[str, str | None]]
    nights: list[datetime]
    """In their order, tonight last."""
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]

    @classmethod
    def lay_out(cls, frame: pd.DataFrame, tonight: datetime) -> Grid:
        """Of rows up to tonight. Where tonight has none, nothing is compared."""
        rows, subjects = pd.factorize(pd.MultiIndex.from_arrays([frame["table_name"], frame["column_name"]]))
        columns, nights = pd.factorize(frame["as_of"], sort=True)
        named = [(table, column if isinstance(column, str) else None) for table, column in subjects]
        moments = [night.to_pydatetime() for night in nights]
        if not moments or moments[-1] != tonight:
            moments.append(tonight)
        return cls(frame, named, moments, rows, columns)

    def compare(
        self, figure: Figure, column: str, error_rate: float, extents: str | None = None
    ) -> Iterator[Anomaly]:
        """Tonight's figures that earlier nights did not let expect.

        column: of the frame, with the values. extents: of the frame, how far values of a subject usually lie apart.
        """
        if len(self.nights) <= FEWEST_VALUES:
            return
        values = self._spread(column)
        if figure.sort == "count":
            values = np.log1p(values)
        history, tonight = values[:, :-1], values[:, -1]
        low, high = expect_next(
            history,
            [night.weekday() for night in self.nights[:-1]],
            self.nights[-1].weekday(),
            floors=_floors(figure, history, self._spread(extents) if extents else None),
            error_rate=error_rate,
        )
        for place in np.flatnonzero((tonight < low) | (tonight > high)):
            observed, lowest, highest = (_as_told(figure, part[place]) for part in (tonight, low, high))
            yield Anomaly(figure.kind, *self.subjects[place], figure.name, observed, lowest, highest)

    def _spread(self, column: str) -> Floats:
        values = np.full((len(self.subjects), len(self.nights)), np.nan)
        values[self.rows, self.columns] = self.frame[column].to_numpy(dtype=np.float64)
        return values


def _floors(figure: Figure, history: Floats, extents: Floats | None) -> Floats | float:
    if figure.sort == "share":
        return _LEAST_SHARE
    usual = np.nan_to_num(row_medians(history))
    if figure.sort == "count":
        # of few rows, chance alone makes twice as many (Poisson)
        return np.maximum(_LEAST_RATIO, 3 * np.exp(-usual / 2))
    extent = np.nan_to_num(row_medians(extents)) if extents is not None else 0.0
    return _LEAST_LEVEL * np.maximum(extent, np.abs(usual) / 4)


def _as_told(figure: Figure, value: float) -> float:
    if figure.sort == "count":
        value = max(np.expm1(value), 0)
    elif figure.sort == "share":
        value = min(max(value, 0), 1)
    # more digits than that are noise, and counts come back whole
    return float(f"{value:.6g}")
