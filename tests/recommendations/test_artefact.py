"""The artefact: what comes back is what went in, and nothing is ever unpickled."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import numpy as np
import pytest

from models_ml.recommendations.artefact import describe_recommender, read_recommender, write_recommender
from models_ml.recommendations.hybrid import Hybrid
from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.products import ProductAttributes
from models_ml.recommendations.ranker.rolling import RollingOrigin


@pytest.fixture
def hybrid(shop, as_of) -> Hybrid:
    parameters = RecommenderParameters(
        factors=8, ranker_trees=6, ranker_least_pairs=20, ranker_least_customers=20
    )
    attributes = ProductAttributes(
        category=np.arange(22, dtype=np.int32) // 10,
        brand=np.full(22, -1, dtype=np.int32),
        price=np.linspace(1, 22, 22, dtype=np.float32),
        discount=np.zeros(22, dtype=np.float32),
        available_days=np.full(22, np.nan, dtype=np.float32),
    )
    content = np.eye(22, 4, dtype=np.float32)
    catalogue = [f"p{number:02d}" for number in range(22)]
    rolling = RollingOrigin(shop, as_of, catalogue, parameters, attributes, content)
    learned = rolling.ranker_at(0)
    assert learned is not None
    return Hybrid(rolling.recommender_at(0), replace(learned, lists=frozenset({"for_you"})))


@pytest.fixture
def description(hybrid):
    data_hash = hybrid.recommender.interactions.data_hash()
    return json.loads(json.dumps(describe_recommender(hybrid, "v1", data_hash, {"hybrid ndcg@10": 0.5})))


def _arrays(hybrid):
    stream = io.BytesIO()
    write_recommender(hybrid, stream)
    stream.seek(0)
    with np.load(stream, allow_pickle=False) as arrays:
        return dict(arrays)


def _stream(**arrays):
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    stream.seek(0)
    return stream


def test_a_hybrid_survives_the_round_trip(hybrid, description):
    loaded = read_recommender(_stream(**_arrays(hybrid)), description)
    ours, theirs = hybrid.recommender, loaded.recommender
    assert theirs.interactions.data_hash() == ours.interactions.data_hash() == description["data_hash"]
    assert theirs.parameters == ours.parameters
    for name in ("customer_factors", "product_factors", "popularity", "content"):
        np.testing.assert_array_equal(getattr(theirs, name), getattr(ours, name))
    assert loaded.ranker == hybrid.ranker


def test_it_ranks_what_it_ranked_before_it_was_stored(hybrid, description):
    loaded = read_recommender(_stream(**_arrays(hybrid)), description)
    everything = np.ones(22, dtype=bool)
    before, after = (each.rank(np.arange(60), 22, everything) for each in (hybrid, loaded))
    for name in ("for_you", "discover"):
        np.testing.assert_array_equal(before[name].products, after[name].products)
        np.testing.assert_array_equal(before[name].scores, after[name].scores)


def test_a_hybrid_without_ranker_and_content_survives_the_round_trip(hybrid):
    plain = Hybrid(replace(hybrid.recommender, content=None), None)
    description = describe_recommender(plain, "v1", "hash", {})
    loaded = read_recommender(_stream(**_arrays(plain)), description)
    assert loaded.ranker is None and loaded.recommender.content is None
    assert description["ranker"] is None


def test_the_description_tells_what_the_ranker_looks_at(description):
    importances = description["ranker"]["importances"]
    assert list(importances) == description["ranker"]["names"]
    assert sum(importances.values()) == pytest.approx(1.0, abs=1e-3)
    assert description["ranker"]["lists"] == ["for_you"]


def test_pickled_objects_are_refused(hybrid, description):
    arrays = _arrays(hybrid) | {"customers": np.array([{"a": 1}], dtype=object)}
    with pytest.raises(ValueError, match="allow_pickle=False"):
        read_recommender(_stream(**arrays), description)


def test_another_format_is_refused(hybrid, description):
    with pytest.raises(ValueError, match="format"):
        read_recommender(_stream(**_arrays(hybrid)), description | {"format": 1})


@pytest.mark.parametrize("name", ["customer_factors", "category", "content", "age_days"])
def test_arrays_that_do_not_fit_each_other_are_refused(hybrid, description, name):
    arrays = _arrays(hybrid)
    arrays[name] = arrays[name][1:]
    with pytest.raises(ValueError, match="do not fit"):
        read_recommender(_stream(**arrays), description)


def test_a_ranker_of_lists_that_do_not_exist_is_refused(hybrid, description):
    described = description | {"ranker": description["ranker"] | {"lists": ["for_nobody"]}}
    with pytest.raises(ValueError, match="lists that do not exist"):
        read_recommender(_stream(**_arrays(hybrid)), described)
