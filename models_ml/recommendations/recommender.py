"""The fitted recommender: interactions, factors, and the signals that follow from them.

Here belongs what a fitted model knows. How signals become lists is said in blend.py, how it is stored in artefact.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from models_ml.recommendations.interactions import KINDS, Interactions
from models_ml.recommendations.parameters import CODE_VERSION, RecommenderParameters
from models_ml.recommendations.products import ProductAttributes
from models_ml.recommendations.signals.als import fit_als
from models_ml.recommendations.signals.buy_again import RepeatRhythm, fit_rhythm
from models_ml.recommendations.signals.ease import Ease, fit_ease
from models_ml.recommendations.signals.item_knn import fit_item_knn
from models_ml.recommendations.signals.personal_frequency import score_personal_frequency
from models_ml.recommendations.signals.popularity import score_popularity, score_trend
from models_ml.recommendations.signals.user_knn import Neighbourhood, fit_user_knn


@dataclass
class Recommender:
    """A fitted recommender; factors are customers x factors and products x factors, float32."""

    interactions: Interactions
    parameters: RecommenderParameters
    customer_factors: np.ndarray[Any, Any]
    product_factors: np.ndarray[Any, Any]
    attributes: ProductAttributes
    content: np.ndarray[Any, Any] | None = None

    @cached_property
    def weights(self) -> csr_matrix:
        """Decayed weights, what the models of taste are fitted on, customers x products."""
        return weigh_taste(self.interactions, self.parameters)

    @cached_property
    def item_similarity(self) -> csr_matrix:
        """Nearest products of each product, see item_knn.py."""
        return fit_item_knn(self.weights, self.parameters)

    @cached_property
    def similar_to(self) -> csr_matrix:
        """The same the other way round: which products have each one among their nearest."""
        return csr_matrix(self.item_similarity.T)

    @cached_property
    def neighbourhood(self) -> Neighbourhood:
        """Customers and what those alike took lately, see user_knn.py."""
        return fit_user_knn(self.interactions, self.parameters)

    @cached_property
    def ease(self) -> Ease | None:
        """Weights between products, None where they are too many, see ease.py."""
        return fit_ease(self.weights, self.parameters)

    @cached_property
    def rhythm(self) -> RepeatRhythm:
        """How often and after how long products are bought again, see buy_again.py."""
        return fit_rhythm(self.interactions, self.parameters.trend_window_days)

    @cached_property
    def popularity(self) -> np.ndarray[Any, Any]:
        """One score per product, see popularity.py."""
        return score_popularity(self.interactions, self.parameters)

    @cached_property
    def trend(self) -> np.ndarray[Any, Any]:
        """One factor per product, see popularity.py."""
        return score_trend(self.interactions, self.parameters)

    @cached_property
    def frequency(self) -> csr_matrix:
        """Personal frequency, customers x products."""
        return score_personal_frequency(self.interactions, self.parameters)

    @cached_property
    def bought(self) -> csr_matrix:
        """What each customer ever bought, customers x products."""
        return self.interactions.bought()

    @cached_property
    def launched(self) -> np.ndarray[Any, Any]:
        """Which products there were, booleans: touched by somebody, or to be had by the catalogue's date."""
        return self.interactions.is_touched() | self.attributes.is_available

    @cached_property
    def touched(self) -> csr_matrix:
        """What each customer bought, put into a cart or looked at, customers x products."""
        return self.interactions.matrix(np.inf, dict.fromkeys(KINDS, 1.0))


def fit_recommender(
    interactions: Interactions,
    parameters: RecommenderParameters,
    attributes: ProductAttributes | None = None,
    content: np.ndarray[Any, Any] | None = None,
) -> Recommender:
    """Return the recommender of these interactions; the same input gives the same recommender.

    attributes: of the products of the interactions, unknown where None. content: products x dimensions (float32), rows
    of length 1, or of zeros for products without text. What does not come out of a seeded search follows from the
    interactions and is only computed when it is asked for.
    """
    customer_factors, product_factors = fit_als(weigh_taste(interactions, parameters), parameters)
    attributes = attributes or ProductAttributes.unknown(len(interactions.products))
    return Recommender(interactions, parameters, customer_factors, product_factors, attributes, content)


def weigh_taste(interactions: Interactions, parameters: RecommenderParameters) -> csr_matrix:
    """Return decayed weights, customers x products, see `RecommenderParameters`."""
    return interactions.matrix(parameters.taste_decay_days, parameters.kind_weights)


def hash_data(
    interactions: Interactions,
    attributes: ProductAttributes,
    content: np.ndarray[Any, Any] | None = None,
) -> str:
    """Return a sha256 of everything that base models are made of but their parameters."""
    digest = sha256(interactions.data_hash().encode())
    known = (getattr(attributes, field.name) for field in fields(attributes))
    for values in (*known, content):
        digest.update(b"" if values is None else np.ascontiguousarray(values).tobytes() + b"\1")
    return digest.hexdigest()


def name_version(data_hash: str, parameters: RecommenderParameters, ranked_by: str = "") -> str:
    """Return the model version: 16 hex digits that depend on the data, the parameters and the code's version only.

    ranked_by: names what the ranker depends on beyond the data of the base models.
    """
    described = json.dumps(
        {"data": data_hash, "parameters": parameters.as_dict(), "code": CODE_VERSION, "ranked_by": ranked_by},
        sort_keys=True,
    )
    return sha256(described.encode()).hexdigest()[:16]
