"""Windows: which there are, what they hold, and how they are thinned out."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from models_ml.recommendations.ranker.windows import build_window, choose_customers, plan_windows


@pytest.mark.parametrize(
    ("history", "plan"),
    [
        (0, (7, 0)),
        (27, (7, 0)),
        (28 + 3 * 7, (7, 1)),
        (28 + 5 * 7, (7, 3)),
        (28 + 5 * 14, (14, 3)),
        (28 + 5 * 28, (28, 3)),
        (345, (28, 6)),
        (3650, (28, 6)),
    ],
)
def test_windows_fit_into_the_history_before_the_test_window(history, plan):
    assert plan_windows(history) == plan


@pytest.fixture
def taken(recommender):
    """Everybody takes one product known to them and one that is not."""
    bought = recommender.bought.toarray() > 0
    wanted = np.zeros(bought.shape, dtype=np.float32)
    rows = np.arange(len(bought))
    wanted[rows, bought.argmax(axis=1)] = 1.0
    wanted[rows, (~bought).argmax(axis=1)] = 1.0
    return csr_matrix(wanted)


def test_pairs_that_were_taken_are_right(recommender, taken):
    window = build_window(recommender, taken, np.array([3, 8, 9]))
    assert window.relevant.tolist() == [2, 2, 2]
    assert window.relevant_new.tolist() == [1, 1, 1]
    assert np.bincount(window.customer[window.is_right & window.is_bought]).tolist() == [1, 1, 1]
    assert window.features.shape == (len(window.customer), len(window.names))


def test_a_window_does_not_depend_on_who_else_is_in_it(recommender, taken):
    whole = build_window(recommender, taken, np.array([3, 8, 9]))
    alone = build_window(recommender, taken, np.array([8]))
    chosen = whole.customer == 1
    np.testing.assert_allclose(whole.features[chosen], alone.features, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(whole.draw[chosen], alone.draw)


def test_thinning_keeps_what_was_right_and_the_weight_of_the_rest(recommender, taken):
    window = build_window(recommender, taken, np.arange(10))
    thin = window.thin_out(2)
    assert thin.is_right.sum() == window.is_right.sum()
    for is_bought in (False, True):
        ours, theirs = (each.is_bought == is_bought for each in (thin, window))
        others = ours & ~thin.is_right
        assert np.bincount(thin.customer[others], minlength=10).max() <= 2
        before = np.bincount(window.customer[theirs & ~window.is_right], minlength=10)
        after = np.bincount(thin.customer[others], weights=thin.weight[others], minlength=10)
        np.testing.assert_allclose(after, before, rtol=1e-5)


def test_other_products_are_drawn_for_other_customers(recommender, taken):
    thin = build_window(recommender, taken, np.arange(40)).thin_out(1)
    others = ~thin.is_right & ~thin.is_bought
    feature = thin.names.index("product_price")
    assert len(np.unique(thin.features[others, feature])) > 5


def test_customers_are_drawn_by_their_ids_alone():
    ids = np.array([f"c{number:03d}" for number in range(200)])
    some = ids[choose_customers(ids, np.arange(200), 20, seed=1)]
    fewer = ids[20:]
    assert set(some) - set(ids[:20]) <= set(fewer[choose_customers(fewer, np.arange(180), 20, seed=1)])
    assert some.tolist() != ids[choose_customers(ids, np.arange(200), 20, seed=2)].tolist()
    assert choose_customers(ids, np.array([4, 5]), 20, seed=1).tolist() == [4, 5]


def test_nobody_makes_no_window(recommender, taken):
    with pytest.raises(ValueError, match="at least one customer"):
        build_window(recommender, taken, np.array([], dtype=int))
