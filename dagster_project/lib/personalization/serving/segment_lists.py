"""Lists of segments: what members of each segment take to now, and what somebody without a history is shown.

Here belongs activation.segment_recommendations. Scores belong to `models_ml.recommendations.signals.group_popularity`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dagster_project.lib.common.warehouse import transaction
from dagster_project.lib.personalization import marts
from dagster_project.lib.personalization.products import product_data
from dagster_project.lib.personalization.run import Run

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection
    from scipy.sparse import csr_matrix

    from dagster_project.lib.personalization.marts import MartData
    from models_ml.recommendations.interactions import Interactions

    Array = np.ndarray[Any, Any]

TABLE = "activation.segment_recommendations"
LENGTH = 50
ANONYMOUS = "anonymous"
"""The segment of visitors without history; no segment of customers has this name."""

_COLUMNS = """
    segment varchar, rank integer, product_id varchar, score double, strategy varchar, computed_at timestamp,
    run_id varchar
"""
_READ_MEMBERS = f"""
select segments.segment, members.customer_id
from activation.segments as segments
join activation.segment_memberships as members on members.segment = segments.segment
where segments.is_published and segments.segment <> '{ANONYMOUS}'
order by all
"""
_INSERT = f"""
insert into {TABLE}
select ($1::varchar[])[r.segment + 1], r.rank, p.product_id, r.score, ($2::varchar[])[r.segment + 1], $3, $4
from ranked as r
join recommendable as p on p.position = r.product
"""


@dataclass
class SegmentListsResult:
    """What a night's lists of segments came to. small: segments too small for a list of their own."""

    segments: int = 0
    small: int = 0
    rows: int = 0
    notes: list[str] = field(default_factory=list)


def write_segment_lists(connection: DuckDBPyConnection, run: Run) -> SegmentListsResult:
    """Write activation.segment_recommendations: up to 50 active products of each segment and of `anonymous`.

    strategy: `segment_popularity`, or `popularity` where a segment has fewer than 10 members who touched a product and
    so shows what everybody takes to; `newcomer_popularity` for `anonymous`. Without interactions the table is empty.
    """
    import numpy as np

    from models_ml.recommendations.interactions import collect_interactions

    data = marts.read_marts(connection)
    interactions = collect_interactions(data.interactions, data.as_of, data.catalogue)
    result = SegmentListsResult()
    names: list[str] = []
    scores = np.empty((0, len(interactions.products)), dtype=np.float32)
    strategies: list[str] = []
    if len(interactions):
        names, scores, strategies = _score(connection, data, interactions)
        result.segments, result.small = len(names), strategies.count("popularity")
    else:
        result.notes.append("no interactions with products: no lists of segments")
    with transaction(connection):
        connection.execute("create schema if not exists activation")
        connection.execute(f"create or replace table {TABLE} ({_COLUMNS})")
        if names:
            is_active = np.isin(
                interactions.products, np.array(marts.read_active_products(connection), dtype=str)
            )
            result.rows = _insert(
                connection,
                interactions.products,
                np.where(is_active, scores, -np.inf),
                [names, strategies, run.computed_at, run.run_id],
            )
    return result


def _score(
    connection: DuckDBPyConnection, data: MartData, interactions: Interactions
) -> tuple[list[str], Array, list[str]]:
    """Return the segments, their scores (segments x products) and what each was scored by."""
    import numpy as np

    from models_ml.recommendations.parameters import RecommenderParameters
    from models_ml.recommendations.signals.group_popularity import (
        count_votes,
        credit_arrivals,
        score_groups,
        select_newcomers,
    )

    parameters = RecommenderParameters()
    decay_days = parameters.popularity_decay_days
    votes = count_votes(interactions.matrix(decay_days, parameters.kind_weights))
    names, members = _read_members(connection, interactions.customers)
    of_segments, has_own = score_groups(votes, members)
    is_known = np.isin(interactions.customers, np.array(data.known, dtype=str))
    newcomers = count_votes(
        select_newcomers(interactions, is_known).matrix(decay_days, parameters.kind_weights)
    )
    arrived_days = _read_arrived_days(connection, data, interactions.products)
    of_newcomers = credit_arrivals(_shrink(newcomers, votes), arrived_days, decay_days)
    strategies = ["segment_popularity" if own else "popularity" for own in has_own]
    return (
        [*names, ANONYMOUS],
        np.vstack([of_segments, of_newcomers[None, :]]),
        [*strategies, "newcomer_popularity"],
    )


def _shrink(votes: csr_matrix, everybodys: csr_matrix) -> Array:
    """Return what newcomers take to, leaning on everybody's votes as any other group does."""
    import numpy as np
    from scipy.sparse import csr_matrix, vstack

    from models_ml.recommendations.signals.group_popularity import score_groups

    height, _ = votes.get_shape()
    members = csr_matrix(np.hstack([np.ones((1, height)), np.zeros((1, height))]))
    scores, _ = score_groups(csr_matrix(vstack([votes, everybodys])), members)
    return scores[0]


def _read_members(connection: DuckDBPyConnection, customers: Array) -> tuple[list[str], csr_matrix]:
    """Return the published segments by name, and segments x customers of the models, 1 for each member."""
    import numpy as np
    import pandas as pd
    from scipy.sparse import csr_matrix

    frame = connection.execute(_READ_MEMBERS).df()
    segment, names = pd.factorize(frame["segment"], sort=True)
    customer = pd.Index(customers).get_indexer(pd.Index(frame["customer_id"].astype(str)))
    kept = customer >= 0
    shape = (len(names), len(customers))
    return list(names), csr_matrix(
        (np.ones(np.count_nonzero(kept), dtype=np.float32), (segment[kept], customer[kept])), shape=shape
    )


def _read_arrived_days(connection: DuckDBPyConnection, data: MartData, products: Array) -> Array:
    import numpy as np
    import pandas as pd

    product_data.create_items(connection)
    attributes = product_data.read_attributes(connection, data.as_of)
    position = pd.Index(attributes["product_id"].to_numpy(dtype=object)).get_indexer(
        pd.Index(products.astype(object))
    )
    return np.append(attributes["arrived_days"].to_numpy(dtype=float, na_value=np.nan), np.nan)[position]


def _insert(connection: DuckDBPyConnection, products: Array, scores: Array, values: list[Any]) -> int:
    """Insert the best products of each row, equal ones by id; -inf is never recommended. Returns the rows written."""
    import numpy as np
    import pandas as pd

    best = np.argsort(-scores, axis=1, kind="stable")[:, :LENGTH]
    row, column = np.nonzero(np.isfinite(np.take_along_axis(scores, best, axis=1)))
    frame = pd.DataFrame(
        {
            "segment": row.astype(np.int32),
            "rank": (column + 1).astype(np.int32),
            "product": best[row, column].astype(np.int32),
            "score": scores[row, best[row, column]].astype(float),
        }
    )
    recommendable = pd.DataFrame(
        {"position": np.arange(len(products)), "product_id": products.astype(object)}
    )
    connection.register("ranked", frame)
    connection.register("recommendable", recommendable)
    connection.execute(_INSERT, values)
    connection.unregister("ranked")
    connection.unregister("recommendable")
    return len(frame)
