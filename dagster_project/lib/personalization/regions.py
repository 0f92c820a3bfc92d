"""What is popular where somebody lives: for customers of whom nothing else is known.

Here belongs who lives where. How a small region leans on everybody is said in `models_ml.recommendations`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection

    from models_ml.recommendations.recommender import Recommender

    Array = np.ndarray[Any, Any]

# names of regions repeat from country to country
_READ = """
select customer_id, concat_ws(' ', country, region) as region from marts.dim_customers where region is not null
"""


@dataclass(frozen=True)
class RegionalPopularity:
    """scores: regions x products (float32). region: of each customer of the audience, -1 where none has its own."""

    scores: Array
    region: Array


def read_regional_popularity(
    connection: DuckDBPyConnection, recommender: Recommender, audience: Sequence[str]
) -> RegionalPopularity:
    """Return what is popular by region, as far as enough customers with a history live there."""
    import numpy as np
    import pandas as pd
    from scipy.sparse import csr_matrix

    from models_ml.recommendations.group_popularity import count_votes, score_groups

    interactions, parameters = recommender.interactions, recommender.parameters
    lives = connection.execute(_READ).df()
    region, names = pd.factorize(lives["region"], sort=True)
    customer = pd.Index(interactions.customers).get_indexer(pd.Index(lives["customer_id"].astype(str)))
    kept = customer >= 0
    members = csr_matrix(
        (np.ones(np.count_nonzero(kept), dtype=np.float32), (region[kept], customer[kept])),
        shape=(len(names), len(interactions.customers)),
    )
    votes = count_votes(interactions.matrix(parameters.popularity_decay_days, parameters.kind_weights))
    scores, has_own = score_groups(votes, members)
    of_audience = (
        pd.Series(region, index=lives["customer_id"]).reindex(list(audience), fill_value=-1).to_numpy()
    )
    return RegionalPopularity(
        scores, np.where((of_audience >= 0) & np.append(has_own, False)[of_audience], of_audience, -1)
    )
