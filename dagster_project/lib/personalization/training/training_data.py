"""What a night's recommenders are trained on: the marts, read once, and what is made of them for every configuration.

Here belongs what is read and what names it. What is fitted and measured on it belongs to training.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.lib.personalization import marts
from dagster_project.lib.personalization.products.product_vectors import make_product_vectors
from dagster_project.lib.personalization.settings.content import ContentSettings
from dagster_project.lib.personalization.training.performance import find_lost_lists, read_performance

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection

    from models_ml.recommendations.evaluation import Trial
    from models_ml.recommendations.interactions import Interactions
    from models_ml.recommendations.parameters import RecommenderParameters
    from models_ml.recommendations.ranker.rolling import RollingOrigin

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class TrainingData:
    """The marts and what is made of them once for measuring and training."""

    marts: marts.MartData
    interactions: Interactions
    rolling: RollingOrigin
    data_hash: str
    ranked_by: str
    """Names what the ranker depends on beyond the data of the base models."""

    @property
    def parameters(self) -> RecommenderParameters:
        """What the models are fitted with."""
        return self.rolling.parameters

    @property
    def model_version(self) -> str:
        """Follows from the data and the parameters alone."""
        from models_ml.recommendations.recommender import name_version

        return name_version(self.data_hash, self.parameters, self.ranked_by)

    @cached_property
    def trial(self) -> Trial | None:
        """The last 28 days as the test of what came before them; None where nobody can be measured."""
        from models_ml.recommendations.evaluation import prepare_trial
        from models_ml.recommendations.ranker.windows import TEST_DAYS

        return prepare_trial(
            self.marts.interactions,
            self.marts.as_of,
            self.marts.catalogue,
            self.marts.known,
            test_days=TEST_DAYS,
            available=self.rolling.available_at(TEST_DAYS),
        )

    @property
    def newest_interaction(self) -> datetime | None:
        """The time of the newest interaction, None where there is none."""
        if not len(self.interactions):
            return None
        return self.marts.as_of - timedelta(days=float(self.interactions.age_days.min()))

    def using(self, parameters: RecommenderParameters) -> TrainingData:
        """The same marts for another configuration."""
        if parameters == self.parameters:
            return self
        return replace(self, rolling=self.rolling.using(parameters))


def read_training_data(
    connection: DuckDBPyConnection,
    parameters: RecommenderParameters | None = None,
    *,
    folder: Path | None = None,
    content: ContentSettings | None = None,
) -> TrainingData:
    """Read the marts as of the night's moment; the version follows from the data and the parameters alone.

    folder: where artefacts lie, those of product vectors among them; without it models know nothing of texts, as is
    enough for whoever only counts interactions. content: how texts are read.
    """
    from models_ml.recommendations.interactions import collect_interactions
    from models_ml.recommendations.parameters import RecommenderParameters
    from models_ml.recommendations.products import collect_attributes
    from models_ml.recommendations.ranker.rolling import RollingOrigin
    from models_ml.recommendations.recommender import hash_data

    parameters = parameters or RecommenderParameters()
    data = marts.read_marts(connection)
    interactions = collect_interactions(data.interactions, data.as_of, data.catalogue)
    attributes = collect_attributes(data.products, interactions.products.tolist())
    vectors, vectors_before = (
        _read_vectors(connection, folder, content, interactions.products, data.as_of)
        if folder
        else (None, None)
    )
    lost = find_lost_lists(read_performance(connection), parameters.objective)
    rolling = RollingOrigin(
        data.interactions,
        data.as_of,
        data.catalogue,
        parameters,
        attributes,
        vectors,
        vectors_before,
        lost,
    )
    data_hash = hash_data(interactions, attributes, vectors)
    ranked_by = sha256(
        " ".join(sorted(lost)).encode() + (b"" if vectors_before is None else vectors_before.tobytes())
    )
    return TrainingData(data, interactions, rolling, data_hash, ranked_by.hexdigest())


def _read_vectors(
    connection: DuckDBPyConnection,
    folder: Path,
    content: ContentSettings | None,
    products: Array,
    as_of: datetime,
) -> tuple[Array, Array]:
    """Return vectors of products as of tonight and as of the cutoff that lists are measured at.

    What is written of products and done with them after the cutoff must not help those who are measured there. Both are
    made by the method that was best at the cutoff: of another one the scores would spread otherwise than those that the
    ranker learned from.
    """
    from models_ml.recommendations.ranker.windows import TEST_DAYS

    before = make_product_vectors(connection, folder, content, as_of - timedelta(days=TEST_DAYS))
    now = make_product_vectors(connection, folder, content, as_of, before.method)
    return now.of(products), before.of(products)
