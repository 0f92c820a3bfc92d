"""Candidates: bounded, eligible, without repeats, and with what the blend would show."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models_ml.recommendations.ranker import candidates as candidates_module
from models_ml.recommendations.ranker.block import cut_blocks, score_block
from models_ml.recommendations.ranker.candidates import choose_candidates
from models_ml.recommendations.ranker.models import MODELS, Asked, score_model


def test_they_are_in_order_eligible_and_marked_as_bought(recommender):
    eligible = np.arange(22) != 4
    block = score_block(recommender, np.arange(60))
    candidates = choose_candidates(recommender, block, eligible)
    pairs = list(zip(candidates.row.tolist(), candidates.product.tolist(), strict=True))
    assert pairs == sorted(set(pairs))
    assert 4 not in candidates.product
    bought = recommender.bought.toarray() > 0
    np.testing.assert_array_equal(candidates.is_bought, bought[candidates.row, candidates.product])


def test_no_customer_has_more_than_the_bound(recommender):
    few = replace(recommender, parameters=replace(recommender.parameters, ranker_candidates=6))
    block = score_block(few, np.arange(60))
    counts = np.bincount(choose_candidates(few, block, np.ones(22, bool)).row, minlength=60)
    assert counts.max() == 6


def test_what_stands_highest_with_some_model_stays_within_the_bound(recommender):
    few = replace(recommender, parameters=replace(recommender.parameters, ranker_candidates=8))
    block = score_block(few, np.arange(60))
    candidates = choose_candidates(few, block, np.ones(22, bool))
    bought = few.bought.toarray() > 0
    for model in ("user_knn", "taste"):
        scores = np.where(bought, -np.inf, block.scores[model])
        for row in np.flatnonzero(scores.max(axis=1) > 0):
            assert scores[row].argmax() in candidates.product[candidates.row == row]


def test_a_block_of_one_customer_has_the_candidates_of_a_larger_one(recommender):
    everything = np.ones(22, bool)
    whole = choose_candidates(recommender, score_block(recommender, np.arange(60)), everything)
    alone = choose_candidates(recommender, score_block(recommender, np.array([17])), everything)
    np.testing.assert_array_equal(alone.product, whole.product[whole.row == 17])


def test_models_that_a_shop_lacks_are_left_out(recommender):
    plain = replace(
        recommender,
        attributes=replace(recommender.attributes, category=np.full(22, -1, dtype=np.int32)),
        parameters=replace(recommender.parameters, ease_most_products=5),
    )
    block = score_block(plain, np.arange(5))
    assert not {"ease", "category", "arrivals", "discounts", "content"} & block.scores.keys()
    offers = {"discount": np.full(22, 0.5, np.float32), "available_days": np.ones(22, np.float32)}
    complete = replace(
        recommender,
        content=np.eye(22, dtype=np.float32),
        attributes=replace(recommender.attributes, **offers),
    )
    assert set(MODELS) <= score_block(complete, np.arange(5)).scores.keys()


def test_new_and_reduced_products_of_a_customers_categories_are_candidates_though_nobody_touched_them(
    recommender, monkeypatch
):
    monkeypatch.setattr(candidates_module, "_POPULAR", 0)
    untouched = np.flatnonzero(np.bincount(recommender.interactions.product, minlength=22) == 0)
    new, reduced = 20, 21
    assert {new, reduced} <= set(untouched.tolist())
    attributes = replace(
        recommender.attributes,
        category=np.where(np.arange(22) >= 20, 0, recommender.attributes.category).astype(np.int32),
        available_days=np.where(np.arange(22) == new, 3.0, np.nan).astype(np.float32),
        discount=np.where(np.arange(22) == reduced, 0.3, 0.0).astype(np.float32),
    )
    offering = replace(recommender, attributes=attributes)
    block = score_block(offering, np.arange(60))
    candidates = choose_candidates(offering, block, np.ones(22, bool))
    share = (offering.weights.toarray() * (attributes.category == 0)).sum(axis=1)
    for product in (new, reduced):
        assert set(candidates.row[candidates.product == product]) == set(np.flatnonzero(share > 0))


def test_content_scores_are_products_with_the_weighted_vectors_of_the_history(recommender):
    content = np.random.default_rng(0).normal(size=(22, 4)).astype(np.float32)
    scores = score_model(Asked(replace(recommender, content=content), np.array([3])), "content")
    expected = recommender.weights[[3]].toarray() @ content @ content.T
    np.testing.assert_allclose(scores, expected, rtol=1e-4)


def test_an_unknown_model_is_refused(recommender):
    with pytest.raises(KeyError, match="oracle"):
        score_model(Asked(recommender, np.array([0])), "oracle")


@pytest.mark.parametrize(("products", "size"), [(50_000, 80), (100, 512), (10_000_000, 1)])
def test_blocks_shrink_with_the_catalogue(products, size):
    blocks = list(cut_blocks(np.arange(1000), products))
    assert len(blocks[0]) == size
    np.testing.assert_array_equal(np.concatenate(blocks), np.arange(1000))
