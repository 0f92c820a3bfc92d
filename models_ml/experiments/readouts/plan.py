"""What a reading begins with: what was declared of an experiment, and the sums over the units of each variant.

Here belong the types and what must hold of them. Means are made of sums in estimates.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Literal

Kind = Literal["conversion", "mean", "ratio", "count"]
Correction = Literal["holm", "benjamini_hochberg"]
Key = tuple[str, str, str]
"""Name of a metric, segment, variant."""
ALL = "all"
"""The segment of everybody."""


@dataclass(frozen=True)
class Totals:
    """Sums over the units of one variant for one metric, in one segment; those of two groups without a common unit add.

    units: how many were exposed; who did nothing counts with zeros. total, squares: of a unit's value y and of y * y; y
    of a conversion is 0 or 1, y of a ratio its numerator. denominator_total, denominator_squares, cross: of a ratio's
    denominator d, of d * d and of y * d. covariate_total, covariate_squares, covariate_cross: of the covariate x, of
    x * x and of y * x; zeros where there is none.
    """

    units: int
    total: float
    squares: float
    denominator_total: float = 0
    denominator_squares: float = 0
    cross: float = 0
    covariate_total: float = 0
    covariate_squares: float = 0
    covariate_cross: float = 0

    def __add__(self, other: Totals) -> Totals:
        return Totals(*(ours + theirs for ours, theirs in zip(astuple(self), astuple(other), strict=True)))


def add_totals(groups: Iterable[Mapping[Key, Totals]]) -> dict[Key, Totals]:
    """Return the sums over several groups without a common unit."""
    added: dict[Key, Totals] = {}
    for totals in groups:
        for key, one in totals.items():
            added[key] = added[key] + one if key in added else one
    return added


@dataclass(frozen=True)
class Metric:
    """One figure by which variants are compared.

    is_covariate_used: whether its sums have a covariate, which a ratio makes no use of. is_lower_better: whether less
    of it is what one hopes for, as of unsubscriptions; without it their rise would pass for a gain.
    """

    name: str
    kind: Kind
    is_guardrail: bool = False
    is_covariate_used: bool = False
    is_lower_better: bool = False


@dataclass(frozen=True)
class Plan:
    """What was declared before anybody looked. ValueError where it does not fit together.

    weights: variant -> its share, of any sum. metrics: the first is the goal. alpha: share of false alarms that a test
    may have; intervals have the level 1 - alpha. is_ended: whether the declared end is reached, from which on tests of
    a fixed number of units decide. tuned_units: units of both variants together at which sequential intervals are
    narrowest; never to be chosen by what is seen. power: chance to find the minimal detectable effect.
    """

    experiment_id: str
    control: str
    weights: Mapping[str, float]
    metrics: Sequence[Metric]
    alpha: float = 0.05
    is_ended: bool = False
    tuned_units: int = 5_000
    power: float = 0.8
    correction: Correction = "holm"

    def __post_init__(self) -> None:
        if self.control not in self.weights or len(self.weights) < 2:
            raise ValueError("an experiment has two variants or more, and the control is one of them")
        if not all(weight > 0 for weight in self.weights.values()):
            raise ValueError("weights are positive numbers")
        names = [metric.name for metric in self.metrics]
        if not names or len(set(names)) < len(names):
            raise ValueError("metrics are one or more, each of another name")
        if not 0 < self.alpha < 1 or not self.alpha < self.power < 1 or self.tuned_units < 1:
            raise ValueError("0 < alpha < power < 1, and tuned_units are 1 or more")

    @property
    def treatments(self) -> list[str]:
        """The variants that are compared with the control."""
        return [variant for variant in self.weights if variant != self.control]
