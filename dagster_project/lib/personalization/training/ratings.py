"""Explicit ratings: what reviews say, and how well they are foreseen.

Here belongs what is read of the reviews and where the measures are kept. The models belong to
`models_ml.recommendations`. Ratings are too few in most shops to rank by, so nothing is published from them.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256
from typing import TYPE_CHECKING

from dagster_project.lib.common.warehouse import read_as_of
from dagster_project.lib.personalization import model_records
from dagster_project.lib.personalization.run import Run

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_READ_RATINGS = """
select customer_id, product_id, reviewed_at as rated_at, rating
from marts.fct_reviews
where rating is not null and product_id is not null and reviewed_at <= $as_of
    and (
        customer_id is null
        or customer_id not in (
            select customer_id from marts.customer_consents
            where purpose = 'personalization' and status = 'denied' and customer_id is not null
        )
    )
order by all
"""


def measure_ratings(connection: DuckDBPyConnection, run: Run) -> dict[str, float]:
    """Measure the models of ratings and write their rows into quality.model_evaluations.

    Returns {"biased_svd rmse": 1.02, ...}; an empty dict where there are too few ratings. Ratings of somebody who
    denied personalization are not read.
    """
    from models_ml.recommendations.ratings.rating_evaluation import evaluate_ratings

    frame = connection.execute(_READ_RATINGS, {"as_of": read_as_of(connection)}).df()
    measured = evaluate_ratings(frame)
    if measured is None:
        return {}
    evaluations, parameters = measured
    described = frame.to_csv(index=False) + json.dumps(asdict(parameters), sort_keys=True)
    version = sha256(described.encode()).hexdigest()[:16]
    model_records.write_evaluations(
        connection,
        [(each.strategy, "test", each) for each in evaluations],
        model_version=version,
        run=run,
    )
    return model_records.read_metrics(connection, version)
