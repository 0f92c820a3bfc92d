"""The trees: what they learn, and that they always learn the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models_ml.recommendations.ranker.linear import SCORES
from models_ml.recommendations.ranker.model import LISTS, PARTS, fit_ranker
from models_ml.recommendations.ranker.windows import Window


@pytest.fixture
def window() -> Window:
    """Three hundred customers with twenty pairs each. What was bought is right where the last score is large, the rest
    where the feature between scores and noise is.
    """
    generator = np.random.default_rng(0)
    pairs = 300 * 20
    names = (*SCORES, "purchases", "other", "noise")
    features = np.zeros((pairs, len(names)), dtype=np.float32)
    features[:, [names.index(name) for name in ("blend", "other", "noise")]] = generator.normal(
        size=(pairs, 3)
    )
    is_bought = generator.random(pairs) < 0.5
    features[:, names.index("purchases")] = is_bought
    is_right = np.where(
        is_bought, features[:, names.index("blend")] > 1, features[:, names.index("other")] > 1
    )
    customer = np.repeat(np.arange(300), 20)
    relevant = np.bincount(customer[is_right], minlength=300)
    return Window(
        names=names,
        features=features,
        is_right=is_right,
        is_bought=is_bought,
        customer=customer,
        draw=generator.integers(1 << 60, size=pairs).astype(np.uint64),
        weight=np.ones(pairs, dtype=np.float32),
        relevant=relevant,
        relevant_new=np.bincount(customer[is_right & ~is_bought], minlength=300),
    )


def test_what_was_right_comes_first(window, parameters):
    ranker = fit_ranker([window], replace(parameters, ranker_trees=60))
    scores = ranker.score(window.features, is_discovery=True)
    new = ~window.is_bought
    assert scores[new & window.is_right].mean() > scores[new & ~window.is_right].mean() + 1
    assert ranker.score(window.features[:0], is_discovery=False).shape == (0,)


def test_importances_find_the_noise_and_sum_to_one(window, parameters):
    importances = fit_ranker([window], parameters).importances()
    assert sum(importances.values()) == pytest.approx(1.0)
    assert importances["noise"] < 0.1 < min(importances["blend"], importances["other"])


def test_the_same_windows_give_the_same_texts(window, parameters):
    one, other = (fit_ranker([window], parameters) for _ in range(2))
    assert one.texts == other.texts
    assert set(one.texts) == set(PARTS)
    assert one.deviations == other.deviations
    assert one.linear == other.linear


def test_another_seed_gives_other_trees(window, parameters):
    assert fit_ranker([window], parameters).texts != fit_ranker([window], replace(parameters, seed=1)).texts


def test_retention_makes_never_bought_products_wrong_for_you(window, parameters):
    ranker = fit_ranker([window], replace(parameters, objective="retention", ranker_trees=60))
    new = ~window.is_bought & window.is_right
    large = window.is_bought & (window.features[:, window.names.index("blend")] > 1)
    scores = ranker.score(window.features, is_discovery=False)
    assert scores[large].mean() > scores[new].mean()


def test_a_ranker_may_rank_every_list_unless_it_is_told_otherwise(window, parameters):
    assert fit_ranker([window], parameters).lists == frozenset(LISTS)
