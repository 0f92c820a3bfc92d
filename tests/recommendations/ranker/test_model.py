"""The trees: what they learn, and that they always learn the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models_ml.recommendations.ranker.model import LISTS, PARTS, fit_ranker
from models_ml.recommendations.ranker.windows import Window


@pytest.fixture
def window() -> Window:
    """Three hundred customers with twenty pairs each; right are those whose first feature is large, if it is bought."""
    generator = np.random.default_rng(0)
    pairs = 300 * 20
    features = generator.normal(size=(pairs, 3)).astype(np.float32)
    is_bought = generator.random(pairs) < 0.5
    is_right = np.where(is_bought, features[:, 0] > 1, features[:, 1] > 1)
    customer = np.repeat(np.arange(300), 20)
    relevant = np.bincount(customer[is_right], minlength=300)
    return Window(
        names=("first", "second", "noise"),
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
    assert ranker.score(np.zeros((0, 3), np.float32), is_discovery=False).shape == (0,)


def test_importances_find_the_noise_and_sum_to_one(window, parameters):
    importances = fit_ranker([window], parameters).importances()
    assert sum(importances.values()) == pytest.approx(1.0)
    assert importances["noise"] < 0.1 < min(importances["first"], importances["second"])


def test_the_same_windows_give_the_same_texts(window, parameters):
    one, other = (fit_ranker([window], parameters) for _ in range(2))
    assert one.texts == other.texts
    assert set(one.texts) == set(PARTS)
    assert one.deviations == other.deviations


def test_another_seed_gives_other_trees(window, parameters):
    assert fit_ranker([window], parameters).texts != fit_ranker([window], replace(parameters, seed=1)).texts


def test_retention_makes_never_bought_products_wrong_for_you(window, parameters):
    ranker = fit_ranker([window], replace(parameters, objective="retention", ranker_trees=60))
    new = ~window.is_bought & window.is_right
    large = window.features[:, 0] > 1
    scores = ranker.score(window.features, is_discovery=False)
    assert scores[large].mean() > scores[new & ~large].mean()


def test_a_ranker_may_rank_every_list_unless_it_is_told_otherwise(window, parameters):
    assert fit_ranker([window], parameters).lists == frozenset(LISTS)
