"""Popularity of groups: golden values, leaning on everybody, and new arrivals at what they are measured to be worth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from models_ml.recommendations.interactions import collect_interactions
from models_ml.recommendations.signals.group_popularity import (
    count_votes,
    credit_arrivals,
    score_groups,
    select_newcomers,
)


def test_a_vote_is_never_more_than_one():
    votes = count_votes(csr_matrix(np.array([[1.0, 0, 999.0]])))
    assert votes.toarray() == pytest.approx(np.array([[0.5, 0, 0.999]]))


def test_groups_lean_on_everybody_by_hand():
    """Twenty voters of one vote: ten for product 0 make a group, the others vote for product 1."""
    votes = csr_matrix(np.repeat(np.eye(2), 10, axis=0))
    members = csr_matrix(np.array([[1] * 10 + [0] * 10, [1] * 9 + [0] * 11]))
    scores, has_own = score_groups(votes, members)
    assert has_own.tolist() == [True, False]
    prior = 20.0
    own = [(10 + prior * 0.5) / (10 + prior), prior * 0.5 / (10 + prior)]
    assert scores == pytest.approx(np.array([own, [0.5, 0.5]]))


def test_without_votes_all_score_zero():
    scores, has_own = score_groups(csr_matrix((3, 2)), csr_matrix(np.ones((1, 3))))
    assert (scores.tolist(), has_own.tolist()) == ([[0, 0]], [False])


def test_newcomers_are_the_unknown_and_everybodys_first_day(make_frame, as_of):
    frame = make_frame(
        [
            ("ann", "a", 30, "purchase", 1),
            ("ann", "b", 29.5, "purchase", 1),
            ("ann", "c", 3, "purchase", 1),
            ("visitor", "a", 30, "view_item", 0),
            ("visitor", "d", 1, "view_item", 0),
        ]
    )
    interactions = collect_interactions(frame, as_of, ["a", "b", "c", "d"])
    newcomers = select_newcomers(interactions, np.array([True, False]))
    found = zip(newcomers.customers[newcomers.customer], newcomers.products[newcomers.product], strict=True)
    assert set(found) == {("ann", "a"), ("ann", "b"), ("visitor", "a"), ("visitor", "d")}


def test_new_arrivals_are_credited_by_hand():
    popularity = np.array([8.0, 2.0, 0.0, 5.0])
    arrived = np.array([1000.0, 14.0, 0.0, np.nan])
    exposure = 1 - math.exp(-1)
    mean = 2.0 / exposure
    assert credit_arrivals(popularity, arrived, 14.0) == pytest.approx(
        [8.0, (2 + 0.25 * mean) / (exposure + 0.25), mean, 5.0], rel=1e-5
    )


def test_without_arrivals_popularity_stays():
    assert credit_arrivals(np.array([3.0, 1.0]), np.array([np.nan, 40.0]), 14.0).tolist() == [3, 1]
