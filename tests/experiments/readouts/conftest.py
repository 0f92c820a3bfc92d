"""Units as arrays, and the sums over them that readouts are made of."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from models_ml.experiments.readouts import Metric, Plan, Totals

Array = np.ndarray[Any, Any]


def _sum_units(y: Array, d: Array | None = None, x: Array | None = None) -> Totals:
    """The sums over units, each with a value, a denominator and a covariate."""
    d, x = np.zeros(len(y)) if d is None else d, np.zeros(len(y)) if x is None else x
    sums = (y.sum(), y @ y, d.sum(), d @ d, y @ d, x.sum(), x @ x, y @ x)
    return Totals(len(y), *(float(total) for total in sums))


@pytest.fixture(scope="module", autouse=True)
def quick_collections() -> Iterator[None]:
    """Each Holm of statsmodels collects garbage; what other tests keep in memory shall not be walked through."""
    for module in ("multitest", "power", "proportion"):
        import_module(f"statsmodels.stats.{module}")
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(scope="session")
def sum_units() -> Callable[..., Totals]:
    return _sum_units


@pytest.fixture(scope="session")
def draw_totals() -> Callable[..., Totals]:
    """Sums over generated units of a metric of some kind: their number, their level and a seed."""

    def draw(kind: str, units: int, level: float, seed: int) -> Totals:
        generator = np.random.default_rng(seed)
        x = generator.normal(size=units)
        if kind == "conversion":
            return _sum_units((generator.random(units) < level / 10).astype(float), x=x)
        d = 1.0 + generator.poisson(2, units)
        return _sum_units(level * d + x + generator.normal(size=units), d, x)

    return draw


@pytest.fixture(scope="session")
def declare() -> Callable[..., Plan]:
    """A plan of two variants and one metric, but for what a test says."""

    def plan(**changes: Any) -> Plan:
        declared: dict[str, Any] = {
            "experiment_id": "colour", "control": "red", "weights": {"red": 1, "blue": 1},
            "metrics": [Metric("buyers", "conversion")],
        }  # fmt: skip
        return Plan(**declared | changes)

    return plan
