"""The linear part of the ranker: a logistic regression over the scores of the models.

Here belongs what trees are bad at: adding up many smooth and similar scores. It needs few examples, so that the smaller
the shop, the more the mean of trees and this part gains by it.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from models_ml.recommendations.ranker.models import MODELS, name_features

Array = np.ndarray[Any, Any]

SCORES = (
    *(name for model in MODELS if MODELS[model].is_summed for name in name_features(model)),
    "taste", "blend", "buy_again", "purchases_14", "purchases_60", "purchases_180", "basket_share",
    "product_popularity", "product_popularity_longer", "product_trend", "product_demand_28", "product_demand_90",
    "views_3", "views_21", "carts_3", "carts_21", "category_share",
)  # fmt: skip
"""The features it adds up: nothing but scores and decayed counts, the larger the better."""

_MOST_PAIRS = 60_000
_INVERSE_PENALTY = 0.1


@dataclass(frozen=True)
class Linear:
    """A fitted regression over `expand`ed features, in their order: coefficients, means and deviations."""

    coefficients: tuple[float, ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]

    def score(self, names: Sequence[str], features: Array) -> Array:
        """Return one score per pair of pairs x features (float64); names: of the columns."""
        # factors of three groups of columns, so that those are never laid side by side: they are large
        factors = np.array(self.coefficients) / np.array(self.deviations)
        plain, rooted, again = np.split(factors, 3)
        values, roots, is_bought = _split(names, features)
        scores = values @ np.column_stack([plain, again])
        return scores[:, 0] + np.where(is_bought, scores[:, 1], 0.0) + roots @ rooted - self.means @ factors

    def as_dict(self) -> dict[str, Any]:
        """Return the regression as a dict that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Sequence[float]]) -> Linear:
        """Return the regression that `as_dict` described."""
        return cls(**{name: tuple(numbers) for name, numbers in values.items()})


def expand(names: Sequence[str], features: Array) -> Array:
    """Return each of `SCORES`, its root with its sign, and itself again where the product was bought before, else 0.

    features: pairs x features; the result is pairs x 3 times as many as `SCORES`, with 0 for what is unknown. A score
    that is not in `names` has no place: a ranker of before is read though it lacks a model that came since.
    """
    values, roots, is_bought = _split(names, features)
    return np.hstack([values, roots, np.where(is_bought[:, None], values, 0.0)])


def _split(names: Sequence[str], features: Array) -> tuple[Array, Array, Array]:
    """Return `SCORES` with 0 for what is unknown, their roots with their sign, and which pairs were bought before."""
    columns = [names.index(name) for name in SCORES if name in names]
    values = np.nan_to_num(features[:, columns].astype(float))
    roots = np.copysign(np.sqrt(np.abs(values)), values)
    return values, roots, features[:, names.index("purchases")] > 0


def fit_linear(names: Sequence[str], features: Array, right: Array, weight: Array) -> Linear:
    """Return the regression of pairs x features, whether each pair was right, and how many each stands for.

    Of more than 60,000 pairs every second, third and so on is left out. The optimum is unique: the same pairs give
    the same regression.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    step = -(-len(features) // _MOST_PAIRS)
    features, right, weight = features[::step], right[::step], weight[::step]
    expanded = expand(names, features)
    means, deviations = expanded.mean(axis=0), expanded.std(axis=0)
    deviations = np.where(deviations > 1e-9, deviations, 1.0)
    if right.min() == right.max():
        nothing = np.zeros(len(means))
        return Linear(tuple(nothing), tuple(means.tolist()), tuple(deviations.tolist()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        # many more pairs than columns, which are alike: other solvers take ten times as long
        regression = LogisticRegression(C=_INVERSE_PENALTY, solver="newton-cholesky", max_iter=100)
        regression.fit((expanded - means) / deviations, right, sample_weight=weight / weight.mean())
    return Linear(tuple(regression.coef_[0].tolist()), tuple(means.tolist()), tuple(deviations.tolist()))
