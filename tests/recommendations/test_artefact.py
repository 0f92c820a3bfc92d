"""The artefact: what comes back is what went in, and nothing is ever unpickled."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import numpy as np
import pytest

from models_ml.recommendations.artefact import describe_recommender, read_recommender, write_recommender
from models_ml.recommendations.interactions import collect_interactions
from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.recommender import fit_recommender


@pytest.fixture
def recommender(shop, as_of):
    parameters = replace(RecommenderParameters(), factors=8)
    return fit_recommender(collect_interactions(shop, as_of, [f"p{n:02d}" for n in range(22)]), parameters)


@pytest.fixture
def description(recommender):
    described = describe_recommender(
        recommender, "v1", recommender.interactions.data_hash(), {"blend ndcg@10": 0.5}
    )
    return json.loads(json.dumps(described))


def _arrays(recommender):
    stream = io.BytesIO()
    write_recommender(recommender, stream)
    stream.seek(0)
    with np.load(stream, allow_pickle=False) as arrays:
        return dict(arrays)


def _stream(**arrays):
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    stream.seek(0)
    return stream


def test_a_recommender_survives_the_round_trip(recommender, description):
    loaded = read_recommender(_stream(**_arrays(recommender)), description)
    assert loaded.interactions.data_hash() == recommender.interactions.data_hash() == description["data_hash"]
    assert loaded.parameters == recommender.parameters
    np.testing.assert_array_equal(loaded.customer_factors, recommender.customer_factors)
    np.testing.assert_array_equal(loaded.popularity, recommender.popularity)


def test_pickled_objects_are_refused(recommender, description):
    arrays = _arrays(recommender) | {"customers": np.array([{"a": 1}], dtype=object)}
    with pytest.raises(ValueError, match="allow_pickle=False"):
        read_recommender(_stream(**arrays), description)


def test_another_format_is_refused(recommender, description):
    with pytest.raises(ValueError, match="format"):
        read_recommender(_stream(**_arrays(recommender)), description | {"format": 99})


def test_arrays_that_do_not_fit_each_other_are_refused(recommender, description):
    arrays = _arrays(recommender)
    arrays["customer_factors"] = arrays["customer_factors"][1:]
    with pytest.raises(ValueError, match="do not fit"):
        read_recommender(_stream(**arrays), description)
