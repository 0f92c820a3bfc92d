"""Each rule by hand: one customer, candidates 0, 1, 2, ... and what the list then is."""

from __future__ import annotations

import numpy as np
import pytest

from models_ml.recommendations.reranking.rules import PLACEMENTS, Cap, Pin, Rules, Share, is_among


def _mask(*positions: int, catalogue: int = 12) -> np.ndarray:
    return np.isin(np.arange(catalogue), positions)


def _groups(*groups: int, catalogue: int = 12) -> np.ndarray:
    return np.array([*groups, *[-1] * (catalogue - len(groups))], dtype=np.int32)


def _placed(reranked) -> list[str]:
    return [PLACEMENTS[place] for place in reranked.placements[0]]


def test_what_is_not_eligible_or_forbidden_gives_way_to_what_comes_next(make_list):
    forbidden = np.zeros((1, 12))
    forbidden[0, 2] = 1
    reranked = make_list(range(6), Rules(length=3), eligible=~_mask(0), forbidden=forbidden)
    assert reranked.products.tolist() == [[1, 3, 4]]
    assert reranked.scores.tolist() == [[5, 3, 2]]


def test_a_list_that_runs_out_ends(make_list):
    reranked = make_list([4, 7, -1, -1], Rules(length=3))
    assert reranked.products.tolist() == [[4, 7, -1]]
    assert reranked.scores.tolist() == [[4, 3, -np.inf]]
    assert np.isnan(reranked.propensities[0, 2])


def test_a_boost_raises_and_a_factor_below_one_buries_whatever_the_sign(make_list):
    factors = np.ones(12, dtype=np.float32)
    factors[[2, 3]], factors[[0, 4]] = 2.0, 0.5
    scores = [4, 3, 2, -1, -2]
    reranked = make_list(range(5), Rules(length=5, factors=factors), scores=scores)
    assert reranked.products.tolist() == [[2, 1, 0, 3, 4]]
    assert reranked.scores.tolist() == [[4, 3, 2, -0.5, -4]]


def test_equal_scores_after_boosts_keep_their_order(make_list):
    factors = np.ones(12, dtype=np.float32)
    factors[5] = 2.0
    reranked = make_list([9, 3, 5], Rules(length=3, factors=factors), scores=[2, 2, 1])
    assert reranked.products.tolist() == [[9, 3, 5]]


def test_a_pin_takes_its_rank_and_the_score_it_stands_before(make_list):
    reranked = make_list(range(5), Rules(length=4, pins=(Pin(1, np.array([9])),)))
    assert reranked.products.tolist() == [[0, 9, 1, 2]]
    assert reranked.scores.tolist() == [[5, 4, 4, 3]]
    assert _placed(reranked) == ["ranked", "pinned", "ranked", "ranked"]


def test_a_pinned_candidate_keeps_its_score_and_stands_once(make_list):
    reranked = make_list(range(5), Rules(length=4, pins=(Pin(0, np.array([3])),)))
    assert reranked.products.tolist() == [[3, 0, 1, 2]]
    assert reranked.scores.tolist() == [[2, 5, 4, 3]]


def test_a_pin_to_several_takes_the_customers_best_candidate_among_them(make_list):
    rules = Rules(length=3, pins=(Pin(0, np.array([8, 4, 2])),))
    assert make_list(range(6), rules).products.tolist() == [[2, 0, 1]]
    assert make_list([0, 1, 5], rules).products.tolist() == [[8, 0, 1]]


def test_what_may_not_be_recommended_is_not_pinned_either(make_list):
    rules = Rules(length=3, pins=(Pin(0, np.array([8])),))
    assert make_list(range(6), rules, eligible=~_mask(8)).products.tolist() == [[0, 1, 2]]
    forbidden = np.zeros((1, 12))
    forbidden[0, 8] = 1
    assert make_list(range(6), rules, forbidden=forbidden).products.tolist() == [[0, 1, 2]]


def test_of_two_pins_to_one_rank_the_first_that_can_holds(make_list):
    rules = Rules(length=2, pins=(Pin(0, np.array([8])), Pin(0, np.array([9])), Pin(5, np.array([10]))))
    assert make_list(range(4), rules).products.tolist() == [[8, 0]]
    assert make_list(range(4), rules, eligible=~_mask(8)).products.tolist() == [[9, 0]]


def test_a_pin_below_the_end_of_a_short_list_moves_up(make_list):
    assert make_list([0, 1], Rules(length=9, pins=(Pin(7, np.array([5])),))).products[0, :4].tolist() == [
        0, 1, 5, -1,
    ]  # fmt: skip


def test_a_cap_lets_so_many_of_a_group_into_the_first_ranks(make_list):
    groups = _groups(0, 0, 0, 0, 1, 1)
    assert make_list(range(8), Rules(length=6, caps=(Cap(groups, 1, 4),))).products.tolist() == [
        [0, 4, 6, 7, 1, 2]
    ]


def test_a_pin_counts_for_a_cap_even_before_its_rank(make_list):
    rules = Rules(length=4, caps=(Cap(_groups(0, 0, 0), 1, 4),), pins=(Pin(2, np.array([1])),))
    assert make_list(range(8), rules).products.tolist() == [[3, 4, 1, 5]]


def test_where_a_cap_leaves_nothing_the_list_ends(make_list):
    assert make_list(range(4), Rules(length=4, caps=(Cap(_groups(0, 0, 0, 0), 2, 3),))).products.tolist() == [
        [0, 1, -1, -1]
    ]


def test_the_smallest_share_holds_at_every_rank_and_says_so(make_list):
    share = Share(_mask(0, 6, 7, 8), 0.5, 1.0, np.array([], dtype=np.int32))
    reranked = make_list(range(9), Rules(length=6, share=share))
    assert reranked.products.tolist() == [[0, 1, 2, 6, 3, 7]]
    assert _placed(reranked) == ["ranked"] * 3 + ["promoted", "ranked", "promoted"]


def test_a_share_takes_from_the_reserve_where_candidates_lack_promotions(make_list):
    share = Share(_mask(10, 11), 0.5, 1.0, np.array([11, 10]))
    reranked = make_list(range(6), Rules(length=6, share=share))
    assert reranked.products.tolist() == [[0, 11, 1, 10, 2, 3]]
    assert reranked.scores.tolist() == [[6, 5, 5, 4, 4, 3]]


def test_a_share_gives_way_where_no_promotion_is_left(make_list):
    share = Share(_mask(5), 0.5, 1.0, np.array([5]))
    assert make_list(range(6), Rules(length=4, share=share)).products.tolist() == [[0, 5, 1, 2]]


def test_the_largest_share_keeps_promotions_back(make_list):
    share = Share(_mask(0, 1, 2, 3), 0.0, 0.5, np.array([], dtype=np.int32))
    reranked = make_list(range(8), Rules(length=6, share=share))
    assert reranked.products.tolist() == [[0, 4, 1, 5, 2, 6]]
    assert set(_placed(reranked)) == {"ranked"}


@pytest.mark.parametrize(
    ("row", "others", "expected"),
    [([1, -1, 3], [3, -1], [False, False, True]), ([1, 2], [], [False, False]), ([-1], [-1], [False])],
)
def test_membership_never_holds_nothing(row, others, expected):
    found = is_among(np.array([row], dtype=np.int32), np.array([others], dtype=np.int32).reshape(1, -1))
    assert found.tolist() == [expected]
