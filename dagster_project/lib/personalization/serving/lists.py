"""The lists: ranks of the recommender turned into rows, block by block of customers.

Here belongs who gets which list with which strategy. Scores and filters belong to `models_ml.recommendations`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dagster_project.lib.common.warehouse import read_as_of
from dagster_project.lib.personalization.marts import AUDIENCE
from dagster_project.lib.personalization.reranking.reranking import Reranking, Wishes, prepare_reranking
from dagster_project.lib.personalization.run import Run
from dagster_project.lib.personalization.serving.regions import read_regional_popularity
from dagster_project.lib.personalization.tables import RECOMMENDATIONS

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection

    from models_ml.recommendations.recommender import Recommender
    from models_ml.recommendations.reranking.stages import Reranked
    from models_ml.recommendations.serving import ListRanker

    Array = np.ndarray[Any, Any]

LENGTH = 50
PRODUCT_LISTS = {"for_you": False, "discover": True}
"""Lists of products, and whether they leave out what was bought."""

_BLOCK_CUSTOMERS = 20_000

# a cause is told by its name, or by its number where it has none
_NAME_PRODUCTS = """
create or replace temp table recommendable as
select k.position::integer as position, k.product_id, coalesce(p.name, k.product_id) as name
from known_products as k left join marts.dim_products as p using (product_id)
"""

# frames carry positions only: ids and words are put in by the database, which is many times faster than Python strings
_INSERT_PRODUCTS = f"""
insert into {RECOMMENDATIONS}
select
    a.customer_id, $1, r.rank, p.product_id, r.score, ($2::varchar[])[r.strategy + 1],
    ($3::varchar[])[r.reason + 1] || coalesce(' ' || c.name, ''), $4, $5, $6, r.propensity
from ranked as r
join {AUDIENCE} as a on a.position = r.position
join recommendable as p on p.position = r.product
left join recommendable as c on c.position = r.cause
"""


@dataclass(frozen=True)
class ListWriter:
    """Writes lists into the table of recommendations; use it inside one transaction.

    audience: the customers of the temporary table of marts.py, in its order. active: products that may be
    recommended. wishes: what the shop asks of its lists. notes: names in them that mean nothing; they are added to.
    """

    connection: DuckDBPyConnection
    run: Run
    audience: list[str]
    active: list[str]
    model_version: str | None
    wishes: Wishes = field(default_factory=Wishes)
    notes: list[str] = field(default_factory=list)

    def write_products(self, ranker: ListRanker) -> int:
        """Write the lists of products; return how many customers have a history.

        Those get the ranker's lists; all others what is popular, in their region where enough customers live there.
        """
        import numpy as np
        import pandas as pd

        recommender = ranker.recommender
        known_products = recommender.interactions.products
        position = pd.Index(recommender.interactions.customers).get_indexer(
            pd.Index(self.audience, dtype=object)
        )
        is_active = np.isin(known_products, np.array(self.active, dtype=str))
        with_history, without = np.flatnonzero(position >= 0), np.flatnonzero(position < 0)
        products = pd.DataFrame(
            {"position": np.arange(len(known_products)), "product_id": known_products.astype(object)}
        )
        self.connection.register("known_products", products)
        self.connection.execute(_NAME_PRODUCTS)
        reranking = prepare_reranking(
            self.connection,
            self.wishes,
            products=known_products,
            active=is_active,
            popularity=recommender.popularity,
            taste=recommender.product_factors,
            audience=self.audience,
            as_of=read_as_of(self.connection),
        )
        self.notes.extend(reranking.notes)
        for block in _blocks(with_history):
            self._write_personal(ranker, reranking, block, position[block])
        self._write_popular(recommender, reranking, without)
        self.connection.unregister("known_products")
        return len(with_history)

    def _write_personal(
        self, ranker: ListRanker, reranking: Reranking, block: Array, positions: Array
    ) -> None:
        """Write the lists of one block; positions: its customers on the recommender's axis."""
        bought = ranker.recommender.bought[positions]
        forbidden = {name: reranking.forbid(name, block, bought) for name in PRODUCT_LISTS}
        depth = max(reranking.depth(name, forbidden[name]) for name in PRODUCT_LISTS)
        for name, ranked in ranker.rank(positions, depth, reranking.eligible, tuple(PRODUCT_LISTS)).items():
            listed = reranking.apply(name, block, ranked.products, ranked.scores, forbidden=forbidden[name])
            reasons, causes = ranker.explain(positions, listed.products, is_discovery=PRODUCT_LISTS[name])
            strategies = ranked.trace_sources(listed.products)
            self._insert(name, block, listed, strategies=strategies, reasons=reasons, causes=causes)

    def _write_popular(self, recommender: Recommender, reranking: Reranking, customers: Array) -> None:
        """Write the lists of customers without a history (positions in the audience)."""
        import numpy as np

        if not len(customers):
            return
        asked_for = [self.audience[position] for position in customers]
        regional = read_regional_popularity(self.connection, recommender, asked_for)
        for region in np.unique(regional.region).tolist():
            popularity = recommender.popularity if region < 0 else regional.scores[region]
            for block in _blocks(customers[regional.region == region]):
                self._write_popular_block(popularity, reranking, block, is_regional=region >= 0)

    def _write_popular_block(
        self, popularity: Array, reranking: Reranking, block: Array, *, is_regional: bool
    ) -> None:
        import numpy as np

        from models_ml.recommendations.blend import rank_popular
        from models_ml.recommendations.reasons import choose_popular_reasons
        from models_ml.recommendations.strategy_names import STRATEGIES

        for name in PRODUCT_LISTS:
            forbidden = reranking.forbid(name, block)
            popular = rank_popular(popularity, reranking.depth(name, forbidden), reranking.eligible)
            products, scores = (
                np.broadcast_to(of_all, (len(block), len(popular)))
                for of_all in (popular, popularity[popular])
            )
            listed = reranking.apply(name, block, products, scores, forbidden=forbidden)
            strategies = np.full(listed.products.shape, STRATEGIES.index("popularity"), dtype=np.int8)
            reasons = choose_popular_reasons(popularity[listed.products], is_regional=is_regional)
            causes = np.full(listed.products.shape, -1, dtype=np.int32)
            self._insert(name, block, listed, strategies=strategies, reasons=reasons, causes=causes)

    def _insert(
        self,
        list_name: str,
        customers: Array,
        listed: Reranked,
        *,
        strategies: Array,
        reasons: Array,
        causes: Array,
    ) -> None:
        """Insert one block: positions in the audience, their lists, and what the model says of each row."""
        import numpy as np
        import pandas as pd

        from models_ml.recommendations.reasons import REASONS
        from models_ml.recommendations.reranking.reasons import PLACED_REASONS, choose_placed_reasons
        from models_ml.recommendations.reranking.rules import RANKED
        from models_ml.recommendations.strategy_names import STRATEGIES

        row, column = np.nonzero(listed.products >= 0)
        frame = pd.DataFrame(
            {
                "position": customers[row].astype(np.int32),
                "rank": (column + 1).astype(np.int32),
                "product": listed.products[row, column],
                "score": listed.scores[row, column].astype(float),
                "strategy": strategies[row, column],
                "reason": choose_placed_reasons(reasons, listed.placements, len(REASONS))[row, column],
                "cause": np.where(listed.placements == RANKED, causes, -1)[row, column],
                "propensity": listed.propensities[row, column],
            }
        )
        self.connection.register("ranked", frame)
        words = [list(STRATEGIES), [*REASONS, *PLACED_REASONS]]
        values = [list_name, *words, self.model_version, self.run.computed_at, self.run.run_id]
        self.connection.execute(_INSERT_PRODUCTS, values)
        self.connection.unregister("ranked")


def _blocks(positions: Array) -> Iterator[Array]:
    """Cut positions of customers into blocks, so that only one block's lists are ever in memory."""
    for start in range(0, len(positions), _BLOCK_CUSTOMERS):
        yield positions[start : start + _BLOCK_CUSTOMERS]
