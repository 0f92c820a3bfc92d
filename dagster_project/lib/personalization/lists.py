"""The lists: ranks of the recommender turned into rows, block by block of customers.

Here belongs who gets which list with which strategy. Scores and filters belong to `models_ml.recommendations`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dagster_project.lib.personalization.marts import AUDIENCE
from dagster_project.lib.personalization.tables import MODEL, RECOMMENDATIONS

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection

    from models_ml.recommendations.recommender import Recommender

    Array = np.ndarray[Any, Any]

LENGTH = 50
PRODUCT_LISTS = {"for_you": False, "discover": True}
"""Lists of products, and whether they leave out what was bought."""

_BLOCK_CUSTOMERS = 20_000
_POPULARITY_DECAY_DAYS = 14

# articles, guides and videos: the same for everybody, by views that count less the older they are
_INSERT_CONTENT = f"""
insert into {RECOMMENDATIONS}
with items as (
    select
        p.product_id,
        -- rounded, since threads add up doubles in an order of their own
        round(coalesce(
            sum(exp(-date_diff('second', e.occurred_at, $as_of::timestamp) / 86400.0 / {_POPULARITY_DECAY_DAYS}))
                filter (where e.occurred_at <= $as_of and a.customer_id is not null),
            0
        ), 6) as score
    from marts.dim_products as p
    left join marts.fct_events as e on e.product_id = p.product_id
    left join {AUDIENCE} as a on a.customer_id = e.customer_id
    where p.item_type <> 'product' and p.is_active
    group by p.product_id
),
ranked as (
    select *, row_number() over (order by score desc, product_id) as rank from items
)
select
    a.customer_id, 'content', r.rank, r.product_id, r.score, 'popularity',
    case when r.score > 0 then 'popular now' else 'from the range' end,
    $model_version, $computed_at, $run_id
from ranked as r cross join {AUDIENCE} as a
where r.rank <= {LENGTH}
"""


# frames carry positions only: ids and words are put in by the database, which is many times faster than Python strings
_INSERT_PRODUCTS = f"""
insert into {RECOMMENDATIONS}
select
    a.customer_id, $1, r.rank, p.product_id, r.score, $2, ($3::varchar[])[r.reason + 1], $4, $5, $6
from ranked as r
join {AUDIENCE} as a on a.position = r.position
join recommendable as p on p.position = r.product
"""


@dataclass(frozen=True)
class ListWriter:
    """Writes lists into the table of recommendations; use it inside one transaction.

    audience: the customers of the temporary table of marts.py, in its order. active: products that may be recommended.
    """

    connection: DuckDBPyConnection
    audience: list[str]
    active: list[str]
    model_version: str | None
    computed_at: datetime
    run_id: str

    def write_products(self, recommender: Recommender, strategy: str = MODEL) -> int:
        """Write the lists of products; return how many customers have a history.

        Those get the strategy; all others the same products, the popular ones.
        """
        import numpy as np
        import pandas as pd

        from models_ml.recommendations.blend import rank_list, rank_popular, score_products
        from models_ml.recommendations.reasons import choose_popular_reasons, choose_reasons

        known_products = recommender.interactions.products
        position = pd.Index(recommender.interactions.customers).get_indexer(
            pd.Index(self.audience, dtype=object)
        )
        is_active = np.isin(known_products, np.array(self.active, dtype=str))
        with_history, without = np.flatnonzero(position >= 0), np.flatnonzero(position < 0)
        self.connection.register(
            "recommendable",
            pd.DataFrame(
                {"position": np.arange(len(known_products)), "product_id": known_products.astype(object)}
            ),
        )

        popular = rank_popular(recommender.popularity, LENGTH, is_active)
        popular_reasons = choose_popular_reasons(recommender.popularity[popular])
        for list_name, is_discovery in PRODUCT_LISTS.items():
            scores = score_products(recommender, strategy, is_discovery=is_discovery)
            for block in _blocks(with_history):
                products, values = rank_list(scores, position[block], LENGTH, is_active)
                reasons = choose_reasons(recommender, position[block], products, is_discovery=is_discovery)
                self._insert(list_name, strategy, block, products=products, scores=values, reasons=reasons)
            for block in _blocks(without):
                products, values, reasons = (
                    np.broadcast_to(of_all, (len(block), len(popular)))
                    for of_all in (popular, recommender.popularity[popular], popular_reasons)
                )
                self._insert(
                    list_name, "popularity", block, products=products, scores=values, reasons=reasons
                )
        self.connection.unregister("recommendable")
        return len(with_history)

    def write_content(self, as_of: datetime) -> None:
        """Write the list of articles, guides and videos, where there are any."""
        lineage = {
            "model_version": self.model_version,
            "computed_at": self.computed_at,
            "run_id": self.run_id,
        }
        self.connection.execute(_INSERT_CONTENT, {"as_of": as_of, **lineage})

    def _insert(
        self,
        list_name: str,
        strategy: str,
        customers: Array,
        *,
        products: Array,
        scores: Array,
        reasons: Array,
    ) -> None:
        """Insert one block: positions in the audience, and customers x ranks of products, scores and reasons."""
        import numpy as np
        import pandas as pd

        from models_ml.recommendations.reasons import REASONS

        row, column = np.nonzero(products >= 0)
        frame = pd.DataFrame(
            {
                "position": customers[row].astype(np.int32),
                "rank": (column + 1).astype(np.int32),
                "product": products[row, column],
                "score": scores[row, column].astype(float),
                "reason": reasons[row, column],
            }
        )
        self.connection.register("ranked", frame)
        values = [list_name, strategy, list(REASONS), self.model_version, self.computed_at, self.run_id]
        self.connection.execute(_INSERT_PRODUCTS, values)
        self.connection.unregister("ranked")


def _blocks(positions: Array) -> Iterator[Array]:
    """Cut positions of customers into blocks, so that only one block's lists are ever in memory."""
    for start in range(0, len(positions), _BLOCK_CUSTOMERS):
        yield positions[start : start + _BLOCK_CUSTOMERS]
