"""Tonight's figures beside those of earlier nights, many series at once.

Belongs here: how figures of a sort are compared. Which figures there are is for feeds.py and tables.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import numpy as np
import pandas as pd

from dagster_project.lib.validation.monitoring.kinds import Anomaly
from models_ml.monitoring.expected_ranges import Floats, expect_next

_LEAST_RATIO = float(np.log(1.25))
"""Counts that change by less than a quarter are nobody's concern."""
_LEAST_SHARE = 0.05
_LEAST_LEVEL = 0.25
"""Of a series' usual extent, how far its level has to move."""
Sort = Literal["count", "share", "level"]


@dataclass(frozen=True)
class Figures:
    """One figure of many subjects, night by night.

    frame: columns table_name, column_name, as_of and value, at most one row a subject and night, and for levels
    `extent`, how far values of the subject usually lie apart.
    """

    kind: str
    figure: str
    sort: Sort
    frame: pd.DataFrame

    def compare(self, tonight: datetime, error_rate: float) -> Iterator[Anomaly]:
        """Those of tonight's that earlier nights did not let expect."""
        wide = self._pivot("value")
        if tonight not in wide.columns:
            return
        wide = wide[wide[tonight].notna()]
        nights = [night for night in wide.columns if night < tonight]
        values = wide[[*nights, tonight]].to_numpy(dtype=np.float64)
        if self.sort == "count":
            values = np.log1p(values)
        low, high = expect_next(
            values[:, :-1],
            [night.weekday() for night in nights],
            tonight.weekday(),
            floors=self._floors(values[:, :-1], wide.index),
            error_rate=error_rate,
        )
        is_outside = (values[:, -1] < low) | (values[:, -1] > high)
        observed, low, high = (self._as_told(part) for part in (values[:, -1], low, high))
        for place in np.flatnonzero(is_outside):
            table, column = wide.index[place]
            yield Anomaly(
                self.kind, table, column or None, self.figure, observed[place], low[place], high[place]
            )

    def _pivot(self, column: str) -> pd.DataFrame:
        named = self.frame.assign(column_name=self.frame["column_name"].fillna(""))
        return named.pivot(index=["table_name", "column_name"], columns="as_of", values=column)

    def _floors(self, history: Floats, index: Any) -> Floats:
        if self.sort == "share" or not history.shape[1]:
            return np.full(len(history), _LEAST_SHARE)
        if self.sort == "count":
            # of few rows, chance alone makes twice as many (Poisson)
            return np.maximum(_LEAST_RATIO, 3 * np.exp(-_medians(history) / 2))
        extents = _medians(self._pivot("extent").loc[index].to_numpy(dtype=np.float64))
        return _LEAST_LEVEL * np.maximum(extents, np.abs(_medians(history)) / 4)

    def _as_told(self, values: Floats) -> list[float]:
        if self.sort == "count":
            values = np.maximum(np.expm1(values), 0)
        elif self.sort == "share":
            values = np.clip(values, 0, 1)
        # more digits than that are noise, and counts come back whole
        return [float(f"{value:.6g}") for value in values]


def _medians(values: Floats) -> Floats:
    return pd.DataFrame(values).median(axis=1).fillna(0).to_numpy()
