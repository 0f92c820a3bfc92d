"""The model on data whose probabilities and amounts are known, and what holds of any model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from models_ml.propensity.model import Model, fit_model

Array = np.ndarray[Any, Any]


def _draw(seed: int, count: int = 4000) -> tuple[Array, Array]:
    """Two features and a constant, and the probability that bends with the first and rises with the second."""
    generator = np.random.default_rng(seed)
    features = np.column_stack([generator.normal(size=(count, 2)), np.ones(count)])
    return features, expit(2 - 3 * np.abs(features[:, 0]) + features[:, 1])


def test_probabilities_are_found_also_where_they_bend():
    features, probability = _draw(1)
    outcome = (np.random.default_rng(2).random(len(features)) < probability).astype(float)
    model = fit_model(features, outcome, is_probability=True)
    unseen, expected = _draw(3)
    assert np.abs(model.predict(unseen) - expected).mean() < 0.06


def test_amounts_are_found_in_whatever_currency():
    features, _ = _draw(4)
    mean = np.exp(1 + 0.5 * features[:, 1])
    generator = np.random.default_rng(5)
    amounts = generator.gamma(2, mean / 2) * (generator.random(len(mean)) < 0.5)
    model = fit_model(features, amounts, is_probability=False)
    predicted = model.predict(features)
    assert predicted.sum() == pytest.approx(amounts.sum(), rel=0.05)
    assert np.corrcoef(np.log(predicted), np.log(mean))[0, 1] > 0.95
    yen = fit_model(features, 160 * amounts, is_probability=False)
    assert yen.predict(features) == pytest.approx(160 * predicted, rel=1e-3)


def test_the_order_of_customers_changes_nothing():
    features, probability = _draw(6)
    outcome = (np.random.default_rng(7).random(len(features)) < probability).astype(float)
    order = np.random.default_rng(8).permutation(len(features))
    model = fit_model(features, outcome, is_probability=True)
    shuffled = fit_model(features[order], outcome[order], is_probability=True)
    assert all(np.array_equal(one, shuffled.as_arrays()[name]) for name, one in model.as_arrays().items())


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(-1e12, 1e12), st.booleans())
def test_predictions_are_finite_and_in_their_range_for_any_customer(seed, far, is_probability):
    generator = np.random.default_rng(seed)
    features = generator.normal(size=(60, 2))
    outcome = (generator.random(60) < 0.5).astype(float)
    outcome[:2] = [0.0, 1.0]
    model = fit_model(features, outcome, is_probability=is_probability)
    predicted = model.predict(np.array([[far, 0.0], [0.0, -far]]))
    assert np.isfinite(predicted).all() and (predicted >= 0).all()
    assert not is_probability or (predicted <= 1).all()


def test_outcomes_that_are_all_alike_teach_nothing():
    with pytest.raises(ValueError, match="alike"):
        fit_model(np.ones((5, 2)), np.zeros(5), is_probability=True)


def test_what_was_stored_is_read_as_it_was_and_a_wrong_shape_is_refused(tmp_path):
    features, probability = _draw(9, 300)
    model = fit_model(features, (probability > 0.5).astype(float), is_probability=True)
    np.savez(tmp_path / "model.npz", allow_pickle=False, **model.as_arrays("scoring_"))
    with np.load(tmp_path / "model.npz", allow_pickle=False) as arrays:
        stored = dict(arrays)
    assert np.array_equal(Model.from_arrays(stored, "scoring_").predict(features), model.predict(features))
    stored["scoring_mean"] = stored["scoring_mean"][1:]
    with pytest.raises(ValueError, match="do not fit"):
        Model.from_arrays(stored, "scoring_")
