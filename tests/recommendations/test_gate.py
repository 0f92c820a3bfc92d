"""What the gate refuses and what it lets pass, by hand and on small shops."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from models_ml.recommendations.gate import (
    FEWEST_CUSTOMERS,
    find_better_rival,
    find_fault,
    find_forgotten,
)
from models_ml.recommendations.hybrid import Hybrid
from models_ml.recommendations.interactions import collect_interactions
from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.recommender import fit_recommender, hash_data

PARAMETERS = RecommenderParameters(factors=8, iterations=5)


@pytest.fixture
def fitted(shop, as_of):
    catalogue = sorted(set(shop["product_id"]))
    return fit_recommender(collect_interactions(shop, as_of, catalogue), PARAMETERS)


def test_too_few_customers_prove_nothing():
    few = FEWEST_CUSTOMERS - 1
    assert find_better_rival({"for_you": np.zeros(few)}, {"any": {"for_you": np.ones(few)}}, seed=1) is None


def test_a_rival_that_is_better_on_one_list_is_named_with_the_interval():
    ours = {"for_you": np.full(20, 0.5), "discover": np.full(20, 0.1)}
    rivals = {
        "popularity": {"for_you": np.full(20, 0.1), "discover": np.full(20, 0.1)},
        "the champion's configuration": {"for_you": np.full(20, 0.5), "discover": np.full(20, 0.2)},
    }
    assert find_better_rival(ours, {"popularity": rivals["popularity"]}, seed=1) is None
    assert find_better_rival(ours, rivals, seed=1) == (
        "worse than the champion's configuration on discover: NDCG@10 differs by -0.100 "
        "(95% interval -0.100 to -0.100, 20 customers)"
    )


def test_what_may_be_chance_is_no_reason():
    generator = np.random.default_rng(3)
    ours, theirs = generator.random(200), generator.random(200)
    for one, other in ((ours, theirs), (theirs, ours)):
        assert find_better_rival({"for_you": one}, {"popularity": {"for_you": other}}, seed=1) is None


def _hash(fitted):
    return hash_data(fitted.interactions, fitted.attributes)


def test_what_was_fitted_and_read_again_has_no_fault(fitted):
    assert find_fault(Hybrid(fitted, None), _hash(fitted)) is None
    assert find_forgotten(fitted) is None


def test_numbers_that_are_none_are_counted(fitted):
    factors = fitted.product_factors.copy()
    factors[0, :4] = np.inf
    broken = dataclasses.replace(fitted, product_factors=factors)
    assert find_fault(Hybrid(broken, None), _hash(fitted)) == (
        "broken: 2.5% of product factors are no finite numbers"
    )


def test_interactions_of_another_night_are_stale(fitted):
    fault = find_fault(Hybrid(fitted, None), "another")
    assert fault == "stale: its interactions are not those that the marts hold tonight"


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("name", ["product_factors", "customer_factors"])
def test_factors_in_any_other_order_are_found(fitted, name, seed):
    factors = getattr(fitted, name)
    order = np.random.default_rng(seed).permutation(len(factors))
    found = find_forgotten(dataclasses.replace(fitted, **{name: factors[order]}))
    assert found is not None and found.startswith("spoilt: ")


def test_ranking_what_everybody_buys_last_is_found(make_frame, as_of):
    rows = [(f"c{c:02d}", f"p{c % 7}", 60, "purchase", 1) for c in range(30)]
    rows += [(f"c{c:02d}", "p9", 1, "purchase", 1) for c in range(30)]
    interactions = collect_interactions(make_frame(rows), as_of, [f"p{n}" for n in range(10)])
    upside_down = dataclasses.replace(
        PARAMETERS, for_you_frequency=0.0, for_you_popularity=-9.0, discover_popularity=-9.0
    )
    found = find_forgotten(fit_recommender(interactions, upside_down))
    assert found is not None and found.startswith(
        "spoilt: the artefact ranks the purchases that it was fitted to worse than popularity on for_you: "
    )


@pytest.mark.parametrize("seed", range(5))
def test_a_shop_without_any_taste_is_not_taken_for_spoilt(make_frame, as_of, seed):
    generator = np.random.default_rng(seed)
    rows = [
        (f"c{customer}", f"p{generator.integers(40)}", generator.random() * 120, "purchase", 1)
        for customer in range(30)
        for _ in range(12)
    ]
    frame = make_frame(rows)
    interactions = collect_interactions(frame, as_of, sorted(set(frame["product_id"])))
    assert find_forgotten(fit_recommender(interactions, PARAMETERS)) is None
