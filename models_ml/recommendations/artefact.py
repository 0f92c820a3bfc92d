"""The artefact format: a recommender as plain arrays in an .npz and a description that JSON can hold.

Here belongs what is in the two, and that nothing in them is ever unpickled. Which folder and file names hold them is
decided by `dagster_project.lib.personalization`, which hands over open binary streams.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

import numpy as np

from models_ml.recommendations.interactions import Interactions
from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.recommender import Recommender

FORMAT = 1

_INTERACTIONS = ("customers", "products", "customer", "product", "kind", "age_days")
_FACTORS = ("customer_factors", "product_factors")


def describe_recommender(
    recommender: Recommender, model_version: str, data_hash: str, metrics: Mapping[str, float]
) -> dict[str, Any]:
    """Return the description beside the arrays: format, version, data hash, parameters, sizes and metrics."""
    return {
        "format": FORMAT,
        "model_version": model_version,
        "data_hash": data_hash,
        "parameters": recommender.parameters.as_dict(),
        "customers": len(recommender.interactions.customers),
        "products": len(recommender.interactions.products),
        "interactions": len(recommender.interactions),
        "metrics": dict(metrics),
    }


def write_recommender(recommender: Recommender, stream: IO[bytes]) -> None:
    """Write the arrays of a recommender to a binary stream as an .npz."""
    arrays = {name: getattr(recommender.interactions, name) for name in _INTERACTIONS}
    arrays |= {name: getattr(recommender, name) for name in _FACTORS}
    np.savez(stream, allow_pickle=False, **arrays)


def read_recommender(stream: IO[bytes], description: Mapping[str, Any]) -> Recommender:
    """Return the recommender in a binary stream.

    Raises ValueError where the format is another one, where the arrays do not fit each other, or where the file holds
    pickled objects.
    """
    if description.get("format") != FORMAT:
        raise ValueError(f"artefact format {description.get('format')!r} is not {FORMAT}")
    with np.load(stream, allow_pickle=False) as arrays:
        loaded = {name: arrays[name] for name in (*_INTERACTIONS, *_FACTORS)}
    fits = (
        len(loaded["customer_factors"]) == len(loaded["customers"])
        and len(loaded["product_factors"]) == len(loaded["products"])
        and len({len(loaded[name]) for name in ("customer", "product", "kind", "age_days")}) == 1
    )
    if not fits:
        raise ValueError("the arrays of the artefact do not fit each other")
    interactions = Interactions(**{name: loaded[name] for name in _INTERACTIONS})
    parameters = RecommenderParameters.from_dict(description["parameters"])
    return Recommender(interactions, parameters, **{name: loaded[name] for name in _FACTORS})
