"""The logged propensities are the probabilities of the policy: by closed form, and by simulating nights."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from models_ml.recommendations.reranking.exploration import explored_slots, mix
from models_ml.recommendations.reranking.rules import EXPLORED, Cap, Exploration, Pin, Rules

NIGHTS = 4000


@pytest.mark.parametrize(
    ("share", "slots"), [(0.0, []), (0.1, [9, 19]), (0.3, [3, 6, 9, 13, 16, 19]), (1.0, list(range(20)))]
)
def test_the_share_holds_at_every_rank(share, slots):
    assert explored_slots(share, 20).tolist() == slots


def test_explored_slots_hold_products_below_the_list_with_the_pools_size_as_odds(make_list):
    reranked = make_list(range(12), Rules(length=5, exploration=Exploration(0.4, seed=1)))
    listed, propensities = reranked.products[0], reranked.propensities[0]
    assert listed[[0, 1, 3]].tolist() == [0, 1, 2]
    assert set(listed[[2, 4]]) <= set(range(5, 12))
    np.testing.assert_allclose(propensities, [1, 1, 1 / 7, 1, 1 / 7])
    assert (reranked.placements[0] == EXPLORED).tolist() == [False, False, True, False, True]


def test_a_declared_pool_gives_what_the_list_and_the_customer_leave_of_it(make_list):
    forbidden = np.zeros((1, 12))
    forbidden[0, 9] = 1
    rules = Rules(length=4, exploration=Exploration(0.5, seed=1, pool=np.array([0, 8, 9, 10, 11])))
    reranked = make_list(range(6), rules, forbidden=forbidden, eligible=np.arange(12) != 11)
    assert set(reranked.products[0, [1, 3]]) == {8, 10}
    np.testing.assert_allclose(reranked.propensities[0], [1, 0.5, 1, 0.5])


def test_where_the_pool_is_empty_nothing_is_explored(make_list):
    reranked = make_list(range(4), Rules(length=4, exploration=Exploration(0.5, seed=1)))
    assert reranked.products.tolist() == [[0, 1, 2, 3]]
    assert reranked.propensities.tolist() == [[1, 1, 1, 1]]


def test_a_pool_that_runs_out_leaves_the_lower_slots_to_the_list(make_list):
    rules = Rules(length=6, exploration=Exploration(0.5, seed=1, pool=np.array([11])))
    reranked = make_list(range(8), rules)
    assert reranked.products.tolist() == [[0, 11, 1, 2, 3, 4]]
    assert reranked.propensities.tolist() == [[1, 1, 1, 1, 1, 1]]


def test_a_pinned_product_is_never_explored_away(make_list):
    rules = Rules(length=4, exploration=Exploration(0.5, seed=1), pins=(Pin(1, np.array([11])),))
    reranked = make_list(range(10), rules)
    assert reranked.products[0, [0, 1, 2]].tolist() == [0, 11, 1]
    assert reranked.placements[0, 3] == EXPLORED
    np.testing.assert_allclose(reranked.propensities[0], [1, 1, 1, 1 / 7])


def test_a_cap_holds_whatever_is_drawn(make_list):
    groups = np.array([0, *[-1] * 5, *[0] * 5, 1], dtype=np.int32)
    for seed in range(20):
        rules = Rules(length=6, caps=(Cap(groups, 1, 6),), exploration=Exploration(0.4, seed=seed))
        listed = make_list(range(12), rules).products[0]
        assert (groups[listed] == 0).sum() <= 1


def test_frequencies_over_nights_are_the_propensities(make_list):
    counts: Counter = Counter()
    expected: dict = {}
    for night in range(NIGHTS):
        reranked = make_list(range(9), Rules(length=5, exploration=Exploration(0.4, seed=night)))
        for slot in (2, 4):
            product = int(reranked.products[0, slot])
            counts[slot, product] += 1
            expected[slot, product] = reranked.propensities[0, slot]
    assert set(counts) == {(slot, product) for slot in (2, 4) for product in (5, 6, 7, 8)}
    for key, probability in expected.items():
        assert probability == 1 / 4
        deviation = 4.5 * np.sqrt(NIGHTS * probability * (1 - probability))
        assert abs(counts[key] - NIGHTS * probability) < deviation, key


def test_customers_draw_lots_of_their_own_and_the_same_ones_on_the_same_night(make_list):
    keys = mix(np.arange(400, dtype=np.uint64))
    rules = Rules(length=2, exploration=Exploration(0.5, seed=3))
    drawn = make_list([list(range(12))] * 400, rules, customer_keys=keys).products[:, 1]
    assert set(drawn) == set(range(2, 12))
    share = np.bincount(drawn, minlength=12)[2:] / 400
    assert (abs(share - 0.1) < 4.5 * np.sqrt(0.1 * 0.9 / 400)).all()
    again = make_list([list(range(12))] * 400, rules, customer_keys=keys).products[:, 1]
    assert (again == drawn).all()
    other = make_list(
        [list(range(12))] * 400, Rules(length=2, exploration=Exploration(0.5, seed=4)), customer_keys=keys
    ).products[:, 1]
    assert (other != drawn).mean() > 0.8
