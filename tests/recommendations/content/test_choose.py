"""The model that serves is the one that foretells what customers touch together, where there is enough to tell."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from models_ml.recommendations.content.choose import choose_vectors
from models_ml.recommendations.content.tfidf import unit_rows


def test_recall_by_hand():
    """Products stand in pairs, and lean a little towards those of low ids.

    Of the first 25 pairs two customers each have both products, or the even one and product 58. So the even ones find
    half of their company, the odd ones all of it, and 58 finds 5 of 25: its own partner, and 0 to 8, take its places.
    """
    count = 60
    lean = 0.01 * np.arange(count, 0, -1)[:, None]
    vectors = unit_rows(np.hstack([np.repeat(np.eye(30), 2, axis=0), lean]))
    customers = [(2 * pair, other) for pair in range(25) for other in (2 * pair + 1, 58)]
    touched = csr_matrix(
        (np.ones(100), (np.repeat(np.arange(50), 2), np.ravel(customers))), shape=(50, count)
    )
    name, measured = choose_vectors({"first": vectors}, touched, seed=1)
    assert (name, measured[0].customers) == ("first", 51)
    assert measured[0].value == pytest.approx((25 * 0.5 + 25 * 1.0 + 5 / 25) / 51)


def shop(seed: int = 5) -> tuple[csr_matrix, np.ndarray]:
    """300 customers who each touch 6 of the 20 products of one taste, of five; the tastes as vectors."""
    generator = np.random.default_rng(seed)
    columns = np.concatenate([20 * (c % 5) + generator.choice(20, 6, replace=False) for c in range(300)])
    touched = csr_matrix((np.ones(1800), (np.repeat(np.arange(300), 6), columns)), shape=(300, 100))
    noise = 0.1 * generator.standard_normal((100, 5))
    return touched, unit_rows(np.repeat(np.eye(5), 20, axis=0) + noise)


def test_vectors_that_foretell_better_take_the_place_of_the_first():
    touched, tastes = shop()
    noise = unit_rows(np.random.default_rng(1).standard_normal((100, 5)))
    name, measured = choose_vectors({"noise": noise, "tastes": tastes}, touched, seed=1)
    assert name == "tastes"
    assert [each.method for each in measured] == ["noise", "tastes"]
    assert all(each.ci_low < each.value < each.ci_high for each in measured)


def test_vectors_that_are_not_surely_better_do_not():
    touched, tastes = shop()
    assert choose_vectors({"first": tastes, "same": tastes.copy()}, touched, seed=1)[0] == "first"


def test_too_little_to_measure_on_leaves_the_first():
    touched, tastes = shop()
    for rows in (touched[:0], touched[:2], touched[:, :] * 0):
        rows.eliminate_zeros()
        noise = np.zeros_like(tastes)
        noise[:, 0] = 1
        assert choose_vectors({"first": noise, "tastes": tastes}, rows, seed=1) == ("first", [])
    assert choose_vectors({"first": tastes * 0, "tastes": tastes}, touched, seed=1) == ("first", [])
