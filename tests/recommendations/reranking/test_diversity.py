"""MMR by hand and against the formula written out."""

from __future__ import annotations

import numpy as np
import pytest

from models_ml.recommendations.reranking.diversity import MarginalRelevance, scale_relevance
from models_ml.recommendations.reranking.rules import Diversity, Rules


def _formula(scores: np.ndarray, similarity: np.ndarray, weight: float, length: int) -> list[int]:
    """Carbonell and Goldstein's greedy choice, one customer, as it stands in the paper."""
    relevance = (scores - scores.min()) / (scores.max() - scores.min())
    chosen: list[int] = []
    while len(chosen) < length:
        best = max(
            (place for place in range(len(scores)) if place not in chosen),
            key=lambda place: (
                weight * relevance[place]
                - (1 - weight) * max((similarity[place, other] for other in chosen), default=0.0),
                -place,
            ),
        )
        chosen.append(best)
    return chosen


def test_a_product_like_one_already_shown_waits(make_list):
    groups = np.array([0, 0, 0, 1, 1, *[-1] * 7], dtype=np.int32)
    rules = Rules(length=5, diversity=Diversity(0.5, groups=groups))
    # relevance 1, .75, .5, .25, 0; then 0 costs its group .5: 3 has .125, 1 and 2 have -.125 and -.25
    assert make_list(range(5), rules).products.tolist() == [[0, 3, 1, 2, 4]]


def test_products_without_a_group_are_like_nothing(make_list):
    rules = Rules(length=4, diversity=Diversity(0.1, groups=np.full(12, -1, dtype=np.int32)))
    assert make_list(range(4), rules).products.tolist() == [[0, 1, 2, 3]]


def test_relevance_alone_is_the_order_it_came_in(make_list):
    rules = Rules(length=4, diversity=Diversity(1.0, groups=np.zeros(12, dtype=np.int32)))
    assert make_list(range(8), rules).products.tolist() == [[0, 1, 2, 3]]


@pytest.mark.parametrize("weight", [0.2, 0.5, 0.9])
def test_lists_over_vectors_are_those_of_the_formula(make_list, weight):
    generator = np.random.default_rng(3)
    vectors = generator.normal(size=(30, 3)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    candidates = np.stack([generator.permutation(30)[:20] for _ in range(6)])
    scores = -np.sort(-generator.normal(size=(6, 20)).astype(np.float32), axis=1)
    reranked = make_list(
        candidates,
        Rules(length=10, diversity=Diversity(weight, vectors=vectors)),
        scores=scores,
        catalogue=30,
    )
    for row, products in enumerate(candidates):
        similarity = vectors[products] @ vectors[products].T
        expected = products[_formula(scores[row].astype(float), similarity.astype(float), weight, 10)]
        assert reranked.products[row].tolist() == expected.tolist()


def test_relevance_runs_from_nothing_to_one():
    scores = np.array([[3, 2, 1], [5, 5, -np.inf], [-np.inf] * 3], dtype=np.float32)
    assert scale_relevance(scores).tolist() == [[1, 0.5, 0], [1, 1, 0], [0, 0, 0]]


def test_diversity_over_nothing_is_an_error():
    marginal = MarginalRelevance(Diversity(0.5), np.array([[0]]), np.array([[1.0]]))
    with pytest.raises(ValueError, match="vectors or groups"):
        marginal.show(np.array([0]))
