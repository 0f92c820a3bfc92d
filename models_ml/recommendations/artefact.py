"""The artefact format: a hybrid as plain arrays in an .npz and a description that JSON can hold.

Here belongs what is in the two, and that nothing in them is ever unpickled. Base models without a search of their own
(kNN, EASE, popularity) are not stored: they follow from the interactions. Trees are stored as LightGBM's text. Which
folder and file names hold them is decided by `dagster_project.lib.personalization`, which hands over open binary
streams.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

import numpy as np

from models_ml.recommendations.hybrid import Hybrid
from models_ml.recommendations.interactions import Interactions
from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.products import ProductAttributes
from models_ml.recommendations.ranker.linear import Linear
from models_ml.recommendations.ranker.model import LISTS, PARTS, Ranker
from models_ml.recommendations.recommender import Recommender

FORMAT = 3

_INTERACTIONS = ("customers", "products", "customer", "product", "kind", "age_days")
_FACTORS = ("customer_factors", "product_factors")
_ATTRIBUTES = ("category", "brand", "price", "discount", "available_days")
_CONTENT = "content"


def describe_recommender(
    hybrid: Hybrid, model_version: str, data_hash: str, metrics: Mapping[str, float]
) -> dict[str, Any]:
    """Return the description beside the arrays: format, version, data hash, parameters, sizes, metrics and ranker.

    Of the ranker: the names of its features, its regressions, what its parts are divided by, the lists that it ranks,
    its threads and the importances of features; None where there is none.
    """
    recommender, ranker = hybrid.recommender, hybrid.ranker
    return {
        "format": FORMAT,
        "model_version": model_version,
        "data_hash": data_hash,
        "parameters": recommender.parameters.as_dict(),
        "customers": len(recommender.interactions.customers),
        "products": len(recommender.interactions.products),
        "interactions": len(recommender.interactions),
        "metrics": dict(metrics),
        "ranker": ranker
        and {
            "names": list(ranker.names),
            "deviations": dict(ranker.deviations),
            "linear": {name: linear.as_dict() for name, linear in ranker.linear.items()},
            "lists": sorted(ranker.lists),
            "threads": ranker.threads,
            "importances": {name: round(share, 6) for name, share in ranker.importances().items()},
        },
    }


def write_recommender(hybrid: Hybrid, stream: IO[bytes]) -> None:
    """Write the arrays of a hybrid to a binary stream as an .npz."""
    recommender = hybrid.recommender
    arrays = {name: getattr(recommender.interactions, name) for name in _INTERACTIONS}
    arrays |= {name: getattr(recommender, name) for name in _FACTORS}
    arrays |= {name: getattr(recommender.attributes, name) for name in _ATTRIBUTES}
    if recommender.content is not None:
        arrays[_CONTENT] = recommender.content
    if hybrid.ranker is not None:
        for part, text in hybrid.ranker.texts.items():
            arrays[part] = np.frombuffer(text.encode(), dtype=np.uint8)
    np.savez(stream, allow_pickle=False, **arrays)


def read_recommender(stream: IO[bytes], description: Mapping[str, Any]) -> Hybrid:
    """Return the hybrid in a binary stream.

    Raises ValueError where the format is another one, where the arrays do not fit each other, or where the file holds
    pickled objects.
    """
    if description.get("format") != FORMAT:
        raise ValueError(f"artefact format {description.get('format')!r} is not {FORMAT}")
    parts = PARTS if description["ranker"] else ()
    with np.load(stream, allow_pickle=False) as arrays:
        wanted = (*_INTERACTIONS, *_FACTORS, *_ATTRIBUTES, *parts)
        loaded = {name: arrays[name] for name in wanted}
        content = arrays.get(_CONTENT)
    products = len(loaded["products"])
    fits = (
        len(loaded["customer_factors"]) == len(loaded["customers"])
        and {len(loaded[name]) for name in ("product_factors", *_ATTRIBUTES)} == {products}
        and (content is None or len(content) == products)
        and len({len(loaded[name]) for name in ("customer", "product", "kind", "age_days")}) == 1
    )
    if not fits:
        raise ValueError("the arrays of the artefact do not fit each other")
    recommender = Recommender(
        Interactions(**{name: loaded[name] for name in _INTERACTIONS}),
        RecommenderParameters.from_dict(description["parameters"]),
        **{name: loaded[name] for name in _FACTORS},
        attributes=ProductAttributes(**{name: loaded[name] for name in _ATTRIBUTES}),
        content=content,
    )
    return Hybrid(recommender, _read_ranker(loaded, description["ranker"]))


def _read_ranker(
    arrays: Mapping[str, np.ndarray[Any, Any]], description: Mapping[str, Any] | None
) -> Ranker | None:
    if not description:
        return None
    if not set(description["lists"]) <= set(LISTS):
        raise ValueError("the artefact ranks lists that do not exist")
    return Ranker(
        names=tuple(description["names"]),
        texts={part: arrays[part].tobytes().decode() for part in PARTS},
        linear={name: Linear.from_dict(values) for name, values in description["linear"].items()},
        deviations=description["deviations"],
        threads=description["threads"],
        lists=frozenset(description["lists"]),
    )
