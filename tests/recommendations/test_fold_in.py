"""Fold-in: the factors are the objective's minimum, and nobody but the customers taken in changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from models_ml.recommendations.fold_in import fold_in, renew_customers
from models_ml.recommendations.interactions import collect_interactions
from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.recommender import fit_recommender

PARAMETERS = RecommenderParameters(factors=6, iterations=15)


@pytest.fixture
def recommender(shop, as_of):
    products = sorted(shop["product_id"].unique())
    return fit_recommender(collect_interactions(shop, as_of, products), PARAMETERS)


@pytest.fixture
def renew(shop, as_of, recommender, make_frame):
    """The recommender after more rows of some customers, given all that these ever did."""

    def with_rows(*rows):
        more = make_frame(rows)
        customers = set(more["customer_id"])
        theirs = pd.concat([shop[shop["customer_id"].isin(customers)], more])
        products = recommender.interactions.products.tolist()
        return renew_customers(recommender, collect_interactions(theirs, as_of, products))

    return with_rows


def test_no_step_away_from_the_folded_factors_lowers_the_objective():
    generator = np.random.default_rng(2)
    products = generator.normal(size=(20, 4)).astype(np.float32)
    weights = csr_matrix(generator.random((3, 20)) * (generator.random((3, 20)) < 0.4), dtype=np.float32)
    parameters = RecommenderParameters(factors=4)
    folded = fold_in(weights, products, parameters).astype(float)

    def objective(row: int, factors: np.ndarray) -> float:
        stored = weights[row].toarray()[0]
        errors = (stored > 0) - products @ factors
        return ((1 + parameters.confidence * stored) * errors**2).sum() + parameters.regularization * (
            factors @ factors
        )

    for row in range(3):
        for _ in range(20):
            step = generator.normal(size=4) * 0.01
            assert objective(row, folded[row] + step) > objective(row, folded[row])


def test_who_touched_nothing_has_no_taste():
    products = np.ones((3, 2), dtype=np.float32)
    assert fold_in(csr_matrix((1, 3), dtype=np.float32), products, PARAMETERS).tolist() == [[0, 0]]


def test_a_newcomers_taste_is_that_of_those_who_buy_the_same(renew):
    renewed = renew(("new", "p12", 0, "purchase", 1), ("new", "p15", 0, "view_item", None))
    scores = renewed.product_factors @ renewed.customer_factors[renewed.interactions.customers == "new"][0]
    assert set(np.argsort(-scores)[:10]) == set(range(10, 20))


def test_all_others_keep_their_interactions_and_factors(recommender, renew):
    renewed = renew(("c03", "p01", 0, "purchase", 1), ("a newcomer", "p01", 0, "purchase", 1))
    for name in set(recommender.interactions.customers) - {"c03"}:
        (old,) = np.flatnonzero(recommender.interactions.customers == name)
        (new,) = np.flatnonzero(renewed.interactions.customers == name)
        assert (renewed.customer_factors[new] == recommender.customer_factors[old]).all()
        for column in ("product", "kind", "age_days"):
            before = getattr(recommender.interactions, column)[recommender.interactions.customer == old]
            after = getattr(renewed.interactions, column)[renewed.interactions.customer == new]
            assert (before == after).all()
    assert (renewed.product_factors == recommender.product_factors).all()


def test_interactions_are_those_of_all_rows_together(shop, as_of, recommender, renew, make_frame):
    rows = [
        ("c03", "p01", 0, "purchase", 1),
        ("zoe", "p01", 2, "purchase", 1),
        ("zoe", "p00", 3, "purchase", 1),
    ]
    expected = collect_interactions(
        pd.concat([shop, make_frame(rows)]), as_of, recommender.interactions.products.tolist()
    )
    assert renew(*rows).interactions.data_hash() == expected.data_hash()


def test_other_products_than_the_recommenders_are_an_error(recommender, as_of, make_frame):
    others = collect_interactions(make_frame([("c01", "x", 0, "purchase", 1)]), as_of, ["x"])
    with pytest.raises(ValueError, match="not on the products"):
        renew_customers(recommender, others)


def test_parameters_stay_those_of_the_fit(recommender, renew):
    assert renew(("c03", "p01", 0, "purchase", 1)).parameters == replace(recommender.parameters)
