"""Fold-in: nobody but the customers taken in changes, and newcomers get the taste of what they did."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models_ml.recommendations.fold_in import renew_customers
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
