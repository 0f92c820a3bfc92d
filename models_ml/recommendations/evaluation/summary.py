"""Summary: means over customers with their bootstrap intervals, of everybody measured and of each slice.

Names of metrics: `<metric>@10`, then `_never_bought` on that track, then the slice: `ndcg@10_never_bought[history=1]`.
Coverage is of the lists as a whole and has no interval: a resampled customer adds nothing to a union.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from models_ml.recommendations.evaluation.measuring import LENGTH, METRICS, Measured
from models_ml.recommendations.evaluation.slicing import Groups, slice_customers
from models_ml.recommendations.evaluation.trial import Trial
from models_ml.recommendations.metrics.bootstrap import bootstrap_intervals
from models_ml.recommendations.metrics.coverage import score_coverage

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Evaluation:
    """One metric of one strategy: its mean over customers and the bootstrap interval of that mean, None without one."""

    strategy: str
    metric: str
    value: float
    ci_low: float | None
    ci_high: float | None
    customers: int


def summarize(
    trial: Trial, measured: Iterable[Measured], *, seed: int, groups: Groups | None = None
) -> list[Evaluation]:
    """Return every metric of all that was measured: of all customers of a track, then of each slice of ten or more.

    The same seed gives the same intervals; all strategies of a track are resampled alike.
    """
    by_track: dict[str, list[Measured]] = {}
    for each in measured:
        by_track.setdefault(each.track.suffix, []).append(each)
    evaluations: list[Evaluation] = []
    for of_track in by_track.values():
        customers = of_track[0].customers
        slices = slice_customers(trial.history[customers], trial.interactions.customers[customers], groups)
        everybody = {"": np.ones(len(customers), dtype=bool)}
        for name, chosen in (everybody | slices).items():
            evaluations += _summarize(of_track, name, chosen, int(trial.eligible.sum()), seed)
    return evaluations


def _summarize(
    measured: list[Measured], slice_name: str, chosen: Array, candidates: int, seed: int
) -> Iterator[Evaluation]:
    """Yield the metrics of all strategies over the chosen customers of one track."""
    values = np.hstack([each.values[chosen] for each in measured])
    low, high = bootstrap_intervals(values, seed=seed)
    columns = iter(zip(values.mean(axis=0).tolist(), low.tolist(), high.tolist(), strict=True))
    for each in measured:
        ending = f"@{LENGTH}{each.track.suffix}{slice_name}"
        for metric in METRICS:
            yield Evaluation(each.strategy, metric + ending, *next(columns), len(values))
        coverage = score_coverage(each.ranked[chosen], candidates)
        yield Evaluation(each.strategy, "coverage" + ending, coverage, None, None, len(values))
