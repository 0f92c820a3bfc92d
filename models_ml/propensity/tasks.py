"""What is predicted: three tasks, each with its outcome, the customers it is about and how far it looks ahead.

Here belongs what an outcome is and which cutoffs it may be learnt and measured at. Nothing is fitted here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import numpy as np
import pandas as pd

STEP_DAYS = 30
"""Cutoffs lie this far apart."""
YEAR_DAYS = 365
_MOST_CUTOFFS = 12
_LEAST_HISTORY_DAYS = 30


@dataclass(frozen=True)
class Task:
    """One thing to predict, over the `horizon_days` after a cutoff.

    kind: purchase (any order), churn (none, of customers who bought before), value (net revenue, base currency).
    """

    name: str
    kind: Literal["purchase", "churn", "value"]
    horizon_days: int

    @property
    def scale(self) -> float:
        """What a prediction is multiplied with to hold for its published window: a year for a value."""
        return YEAR_DAYS / self.horizon_days if self.kind == "value" else 1.0

    @property
    def horizon_steps(self) -> int:
        """Return by how many cutoffs one has to go back for outcomes that were known."""
        return -(-self.horizon_days // STEP_DAYS)

    def select(self, frame: pd.DataFrame) -> np.ndarray[Any, Any]:
        """Return which rows the task is about, boolean: for churn those who bought before the cutoff."""
        if self.kind == "churn":
            return frame["order_count"].fillna(0).to_numpy(dtype=float) > 0
        return np.ones(len(frame), dtype=bool)

    def outcome(self, frame: pd.DataFrame) -> np.ndarray[Any, Any]:
        """Return what came of each row: 0.0 or 1.0, or an amount; one who returned more than bought is worth 0."""
        name = "revenue" if self.kind == "value" else "orders"
        later = frame[f"later_{name}_{self.horizon_days}"].fillna(0).to_numpy(dtype=float)
        if self.kind == "value":
            return np.maximum(later, 0.0)
        return (later == 0).astype(float) if self.kind == "churn" else (later > 0).astype(float)


def plan_tasks(history_days: int) -> list[Task]:
    """Return the three tasks for a shop with so many days of orders.

    A value is learnt over a year, or where the history is short over a third of it: the other two are needed to look
    back on and to measure with. That third is of whole months, for models of different horizons cannot be compared.
    """
    third = history_days // 3
    whole_months = third // STEP_DAYS * STEP_DAYS or max(third, 1)
    horizon = YEAR_DAYS if third >= YEAR_DAYS else whole_months
    return [
        Task("purchase_30_days", "purchase", 30),
        Task("churn", "churn", 90),
        Task("value_12_months", "value", horizon),
    ]


@dataclass(frozen=True)
class Cutoffs:
    """Days before the night's instant, newest first, at which a task is learnt and measured.

    all: of the model that scores. test, validation: one cutoff each. test_training, validation_training: cutoffs whose
    outcomes were known by then.
    """

    all: Sequence[int]
    test: int
    test_training: Sequence[int]
    validation: int | None
    validation_training: Sequence[int]


def plan_cutoffs(task: Task, as_of: datetime, first_ordered_at: datetime) -> Cutoffs | None:
    """Return the cutoffs of a task; None where the history is too short to learn from and to measure with.

    Every outcome ends by the night's instant, and a training outcome by the cutoff that is measured at.
    """
    oldest = (as_of - first_ordered_at).days - _LEAST_HISTORY_DAYS
    first = task.horizon_steps * STEP_DAYS
    grid = list(range(first, oldest + 1, STEP_DAYS))

    def known_by(cutoff: int) -> list[int]:
        return [days for days in grid if days >= cutoff + task.horizon_days][:_MOST_CUTOFFS]

    if not grid or not known_by(grid[0]):
        return None
    validation = known_by(grid[0])[0]
    is_validated = bool(known_by(validation))
    return Cutoffs(
        all=grid[:_MOST_CUTOFFS],
        test=grid[0],
        test_training=known_by(grid[0]),
        validation=validation if is_validated else None,
        validation_training=known_by(validation),
    )
