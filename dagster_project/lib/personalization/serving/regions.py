"""What is popular where somebody lives: for customers of whom nothing else is known.

Here belongs who lives where. How a small region leans on everybody is said in `models_ml.recommendations`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection

    from models_ml.recommendations.recommender import Recommender

    Array = np.ndarray[Any, Any]

# names of regions repeat from country to country; only those are read that one of the customers lives in
_READ = """
with lives as (
    select customer_id, concat_ws(' ', country, region) as region from marts.dim_customers where region is not null
)

select customer_id, region
from lives
where region in (select region from lives where customer_id in (select unnest($1::varchar[])))
"""


@dataclass(frozen=True)
class RegionalPopularity:
    """scores: regions x products (float32). region: of each customer asked for, -1 where none has its own."""

    scores: Array
    region: Array


def read_regional_popularity(
    connection: DuckDBPyConnection, recommender: Recommender, customers: Sequence[str]
) -> RegionalPopularity:
    """Return what is popular where some customers live, as far as enough others with a history live there."""
    import numpy as np
    import pandas as pd
    from scipy.sparse import csr_matrix

    from models_ml.recommendations.signals.group_popularity import SMALLEST_GROUP, count_votes, score_groups

    interactions, parameters = recommender.interactions, recommender.parameters
    lives = dict(connection.execute(_READ, [list(customers)]).fetchall())
    if not lives:
        nothing = np.zeros((0, len(interactions.products)), dtype=np.float32)
        return RegionalPopularity(nothing, np.full(len(customers), -1))
    known = pd.Index(interactions.customers).get_indexer(pd.Index(list(lives), dtype=object))
    votes = count_votes(interactions.matrix(parameters.popularity_decay_days, parameters.kind_weights))
    has_voted = np.append(np.diff(votes.indptr) > 0, False)[known]
    voters = Counter(place for place, votes_too in zip(lives.values(), has_voted, strict=True) if votes_too)
    # each is a row of all products: only for regions that do not lean on everybody anyway
    places = sorted(place for place, count in voters.items() if count >= SMALLEST_GROUP)
    number = {place: position for position, place in enumerate(places)}
    region = np.array([number.get(place, -1) for place in lives.values()], dtype=int)
    kept = (region >= 0) & (known >= 0)
    members = csr_matrix(
        (np.ones(np.count_nonzero(kept), dtype=np.float32), (region[kept], known[kept])),
        shape=(len(places), len(interactions.customers)),
    )
    scores, _ = score_groups(votes, members)
    return RegionalPopularity(scores, np.array([number.get(lives.get(each), -1) for each in customers]))
