"""What holds of every list, whatever the rules and the candidates."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from models_ml.recommendations.reranking import stages
from models_ml.recommendations.reranking.exploration import mix
from models_ml.recommendations.reranking.rules import (
    EXPLORED,
    PINNED,
    Cap,
    Diversity,
    Exploration,
    Pin,
    Rules,
    Share,
)
from models_ml.recommendations.reranking.stages import rerank
from models_ml.recommendations.reranking.terms import Terms

CATALOGUE, DEPTH, LENGTH = 24, 14, 8


@st.composite
def rules_of(draw: st.DrawFn) -> Rules:
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    groups = generator.integers(-1, 4, CATALOGUE).astype(np.int32)
    minimum, maximum = sorted(draw(st.tuples(st.sampled_from([0.0, 0.25, 0.5]), st.sampled_from([0.5, 1.0]))))
    is_promoted = generator.random(CATALOGUE) < 0.4
    pool = draw(st.sampled_from([None, np.arange(0, CATALOGUE, 2)]))
    optional = {
        "factors": generator.choice([0.5, 1.0, 2.0], CATALOGUE).astype(np.float32),
        "pins": tuple(Pin(slot, generator.permutation(CATALOGUE)[:2]) for slot in (1, 4)),
        "caps": (Cap(groups, 2, 5), Cap(generator.integers(-1, 3, CATALOGUE).astype(np.int32), 1, 3)),
        "share": Share(is_promoted, minimum, maximum, np.flatnonzero(is_promoted)[::-1]),
        "diversity": Diversity(0.6, groups=groups),
        "exploration": Exploration(draw(st.sampled_from([0.2, 0.5])), draw(st.integers(0, 2**63)), pool),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(optional))))
    return Rules(length=LENGTH, **{name: optional[name] for name in chosen})


class _Shop:
    def __init__(self, seed: int, customers: int) -> None:
        generator = np.random.default_rng(seed)
        self.products = np.stack([generator.permutation(CATALOGUE)[:DEPTH] for _ in range(customers)]).astype(
            np.int32
        )
        self.scores = -np.sort(-generator.normal(size=self.products.shape), axis=1).astype(np.float32)
        ends = generator.integers(0, DEPTH + 1, customers)
        is_out = np.arange(DEPTH) >= ends[:, None]
        self.products[is_out], self.scores[is_out] = -1, -np.inf
        self.eligible = generator.random(CATALOGUE) < 0.9
        self.forbidden = generator.random((customers, CATALOGUE)) < 0.1
        self.keys = mix(generator.integers(0, 2**62, customers).astype(np.uint64))

    def rerank(self, rules: Rules, order: np.ndarray | None = None) -> stages.Reranked:
        rows = np.arange(len(self.products)) if order is None else order
        return rerank(
            self.products[rows],
            self.scores[rows],
            rules,
            Terms(
                self.eligible,
                csr_matrix(self.forbidden[rows].astype(np.float32)),
                self.keys[rows],
                mix(np.arange(CATALOGUE, dtype=np.uint64)),
            ),
        )


shops = st.builds(_Shop, st.integers(0, 2**32 - 1), st.integers(1, 6))


@settings(max_examples=200, deadline=None)
@given(shop=shops, rules=rules_of())
def test_lists_are_whole_and_hold_nothing_twice_and_nothing_that_is_filtered(shop, rules):
    reranked = shop.rerank(rules)
    for row, padded in enumerate(reranked.products):
        listed = padded[padded >= 0]
        assert (padded[: len(listed)] >= 0).all(), "gaps stand at the end only"
        assert len(set(listed)) == len(listed)
        assert shop.eligible[listed].all()
        assert not shop.forbidden[row, listed].any()
        assert np.isfinite(reranked.scores[row, : len(listed)]).all()
        assert np.isneginf(reranked.scores[row, len(listed) :]).all()
        propensities = reranked.propensities[row, : len(listed)]
        assert ((propensities > 0) & (propensities <= 1)).all()
        assert (propensities[reranked.placements[row, : len(listed)] != EXPLORED] == 1).all()


@settings(max_examples=100, deadline=None)
@given(shop=shops, rules=rules_of(), seed=st.integers(0, 1000))
def test_customers_in_another_order_give_the_rows_in_that_order(shop, rules, seed):
    order = np.random.default_rng(seed).permutation(len(shop.products))
    expected = shop.rerank(rules)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stages, "_BLOCK_CUSTOMERS", 2)
        permuted = shop.rerank(rules, order)
    for name in ("products", "scores", "propensities", "placements"):
        np.testing.assert_array_equal(getattr(permuted, name), getattr(expected, name)[order])


@settings(max_examples=100, deadline=None)
@given(shop=shops)
def test_without_rules_and_with_nothing_filtered_candidates_are_the_list(shop):
    shop.eligible[:], shop.forbidden[:] = True, False
    reranked = shop.rerank(Rules(length=LENGTH))
    np.testing.assert_array_equal(reranked.products, shop.products[:, :LENGTH])
    np.testing.assert_array_equal(reranked.scores, shop.scores[:, :LENGTH])
    assert not reranked.placements.any()


@settings(max_examples=150, deadline=None)
@given(shop=shops, rules=rules_of())
def test_a_pin_stands_at_its_rank_where_the_list_reaches_it_and_its_product_may_be_shown(shop, rules):
    reranked = shop.rerank(rules)
    for row, listed in enumerate(reranked.products):
        if (listed < 0).any():
            continue
        taken: set[int] = set()
        for pin in rules.pins:
            may = [p for p in pin.products if shop.eligible[p] and not shop.forbidden[row, p]]
            if set(may) - taken:
                assert listed[pin.slot] in may
                assert reranked.placements[row, pin.slot] == PINNED
                taken.add(int(listed[pin.slot]))


@settings(max_examples=150, deadline=None)
@given(shop=shops, rules=rules_of())
def test_caps_hold_but_for_what_is_pinned(shop, rules):
    reranked = shop.rerank(rules)
    for cap in rules.caps:
        for listed, placements in zip(reranked.products, reranked.placements, strict=True):
            first = listed[: cap.first][listed[: cap.first] >= 0]
            if (placements == PINNED).any():
                continue
            groups = cap.groups[first]
            assert np.bincount(groups[groups >= 0], minlength=1).max() <= cap.at_most


@settings(max_examples=150, deadline=None)
@given(shop=shops, rules=rules_of())
def test_shares_hold_where_the_pool_suffices(shop, rules):
    """Of what is neither pinned nor explored; a cap may keep promotions back as well."""
    rules = Rules(LENGTH, rules.factors, share=rules.share, diversity=rules.diversity)
    if rules.share is None:
        return
    reranked = shop.rerank(rules)
    for row, listed in enumerate(reranked.products):
        count = (listed >= 0).sum()
        promoted = np.cumsum(rules.share.is_promoted[listed[:count]])
        ranks = np.arange(1, count + 1)
        pool = (rules.share.is_promoted & shop.eligible & ~shop.forbidden[row]).sum()
        assert (promoted >= np.minimum(np.floor(rules.share.minimum * ranks), pool)).all()
        assert (promoted <= np.ceil(rules.share.maximum * ranks)).all()


def test_nobody_has_no_lists():
    nobody = _Shop(1, 1).rerank(Rules(length=3), np.array([], dtype=int))
    assert nobody.products.shape == (0, 3)
