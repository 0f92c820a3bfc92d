"""What an older model is told of tonight, and what is served without any."""

from __future__ import annotations

import numpy as np

from models_ml.recommendations.hybrid import Hybrid
from models_ml.recommendations.interactions import collect_interactions
from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.reasons import REASONS
from models_ml.recommendations.recommender import fit_recommender
from models_ml.recommendations.serving import add_purchases, make_popular

PARAMETERS = RecommenderParameters(factors=4, iterations=2)


def test_purchases_since_are_added_for_customers_and_products_that_the_model_knows(make_frame, as_of):
    before = [("ann", "a", 9, "purchase", 1), ("bob", "b", 9, "purchase", 1)]
    since = [("ann", "b", 1, "purchase", 1), ("new", "a", 1, "purchase", 1), ("bob", "c", 1, "purchase", 1)]
    older = fit_recommender(collect_interactions(make_frame(before), as_of, ["a", "b"]), PARAMETERS)
    tonight = collect_interactions(make_frame(before + since), as_of, ["a", "b", "c"])
    served = add_purchases(Hybrid(older, None), tonight).recommender
    assert np.array_equal(served.bought.toarray(), [[1, 1], [0, 1]])
    assert np.array_equal(older.bought.toarray(), [[1, 0], [0, 1]])
    assert np.array_equal(served.customer_factors, older.customer_factors)


def test_without_a_model_there_is_popularity_and_no_taste(make_frame, as_of):
    rows = [("ann", "a", 9, "purchase", 1), ("ann", "b", 1, "purchase", 1), ("bob", "b", 1, "purchase", 1)]
    popular = make_popular(collect_interactions(make_frame(rows), as_of, ["a", "b"]), PARAMETERS)
    assert not popular.recommender.customer_factors.any()
    ranked = popular.rank(np.array([0, 1]), 2, np.array([True, True]))
    assert ranked["for_you"].products.tolist() == [[1, 0], [1, 0]]
    assert ranked["discover"].products.tolist() == [[-1, -1], [0, -1]]
    reasons, causes = popular.explain(np.array([0]), ranked["for_you"].products[:1], is_discovery=False)
    assert [REASONS[reason] for reason in reasons[0]] == ["popular now", "popular now"]
    assert causes.tolist() == [[-1, -1]]
