"""The linear part: what it adds up, and that it finds planted coefficients."""

from __future__ import annotations

import json

import numpy as np
import pytest

from models_ml.recommendations.ranker.linear import SCORES, Linear, expand, fit_linear

NAMES = (*SCORES, "purchases")


def test_every_score_comes_plain_rooted_and_again_where_the_product_was_bought():
    features = np.full((2, len(NAMES)), np.nan, dtype=np.float32)
    features[:, NAMES.index("als")] = [4.0, -9.0]
    features[:, -1] = [0, 3]
    plain, rooted, bought = np.split(expand(NAMES, features), 3, axis=1)
    assert plain[:, 0].tolist() == [4, -9]
    assert rooted[:, 0].tolist() == [2, -3]
    assert bought[:, 0].tolist() == [0, -9]
    assert not np.hstack([plain[:, 1:], rooted[:, 1:], bought[:, 1:]]).any(), "what is unknown counts nothing"


@pytest.fixture
def pairs():
    generator = np.random.default_rng(4)
    features = np.zeros((4000, len(NAMES)), dtype=np.float32)
    features[:, :2] = generator.random((4000, 2))
    probability = 1 / (1 + np.exp(4 - 8 * features[:, 0]))
    return features, generator.random(4000) < probability, np.ones(4000, dtype=np.float32)


def test_it_ranks_by_what_matters(pairs):
    features, right, weight = pairs
    scores = fit_linear(NAMES, features, right, weight).score(NAMES, features)
    assert np.corrcoef(scores, features[:, 0])[0, 1] > 0.95


def test_a_pair_of_weight_two_is_worth_two_pairs(pairs):
    features, right, weight = pairs
    weight[::2] = 2
    twice = np.repeat(np.arange(4000), weight.astype(int))
    once = fit_linear(NAMES, features[twice], right[twice], np.ones(len(twice), dtype=np.float32))
    heavier = fit_linear(NAMES, features, right, weight)
    compared = np.corrcoef(once.score(NAMES, features), heavier.score(NAMES, features))
    assert compared[0, 1] > 0.9999
    lighter = fit_linear(NAMES, features, right, 3 - weight)
    assert np.corrcoef(once.score(NAMES, features), lighter.score(NAMES, features))[0, 1] < compared[0, 1]


def test_where_nothing_was_right_all_pairs_are_alike(pairs):
    features, right, weight = pairs
    linear = fit_linear(NAMES, features, np.zeros_like(right), weight)
    assert not linear.score(NAMES, features).any()


def test_it_survives_json(pairs):
    linear = fit_linear(NAMES, *pairs)
    assert Linear.from_dict(json.loads(json.dumps(linear.as_dict()))) == linear


def test_what_was_fitted_before_a_model_came_is_read_without_it(pairs):
    features, right, weight = pairs
    before = [name for name in NAMES if name != "ease"]
    columns = [NAMES.index(name) for name in before]
    fitted = fit_linear(before, features[:, columns], right, weight)
    assert np.corrcoef(fitted.score(before, features[:, columns]), features[:, 0])[0, 1] > 0.95
