"""Reading lists of customers: articles, guides and videos by each one's interests, written block by block.

Here belongs who gets which items by which strategy, and the words of the reasons. Scores belong to
`models_ml.recommendations.reading`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dagster_project.lib.personalization.marts import AUDIENCE
from dagster_project.lib.personalization.products import product_data
from dagster_project.lib.personalization.run import Run
from dagster_project.lib.personalization.tables import RECOMMENDATIONS

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection
    from scipy.sparse import csr_matrix

    from dagster_project.lib.personalization.products.product_vectors import ProductVectors

    Array = np.ndarray[Any, Any]

LENGTH = 50
POPULARITY_DECAY_DAYS = 14.0
INTEREST_DECAY_DAYS = 60.0

_BLOCK_CUSTOMERS = 20_000

# interests in a category hold what was browsed without looking at a product
_READ_INTERESTS = f"""
select a.position as customer, interests.category, interests.interest
from marts.customer_interests as interests
join {AUDIENCE} as a on a.customer_id = interests.customer_id
where interests.interest > 0
order by all
"""

# an interest in the item's own category is named; what the texts alone say is put in general words
_INSERT = f"""
insert into {RECOMMENDATIONS}
select
    a.customer_id, 'content', r.rank, p.product_id, r.score, r.strategy,
    case
        when r.reason = 1 and interests.interest > 0 then 'your interest in ' || p.category
        else ($1::varchar[])[r.reason + 1]
    end,
    $2, $3, $4, 1.0
from ranked as r
join {AUDIENCE} as a on a.position = r.position
join {product_data.ITEMS} as i on i.position = r.item
join marts.dim_products as p on p.product_id = i.product_id
left join marts.customer_interests as interests
    on interests.customer_id = a.customer_id and interests.category = p.category
"""


@dataclass(frozen=True)
class ContentListWriter:
    """Writes the list `content`; use it inside one transaction, with the tables of the audience and of the items."""

    connection: DuckDBPyConnection
    run: Run
    vectors: ProductVectors
    model_version: str | None

    def write(self, as_of: datetime, among: Collection[str] | None = None) -> int:
        """Write up to 50 items for everybody in the audience; return how many customers got lists of their own.

        among: the only customers to write for; what is popular is what is popular with everybody all the same.

        Whoever touched something, or is known to care for a category, gets the strategy `content`; all others the same
        items, by `popularity`. What somebody has read stands after all that is unread.
        """
        import numpy as np

        from models_ml.recommendations.content.score import profile_customers
        from models_ml.recommendations.reading import rank_reading

        product_data.create_items(self.connection)
        texts = product_data.read_texts(self.connection, as_of)
        is_reading = (texts["item_type"] != "product") & texts["is_active"].fillna(False)
        items = np.flatnonzero(is_reading.to_numpy(dtype=bool))
        if not len(items):
            return 0
        vectors = self.vectors.of(texts["product_id"].to_numpy(dtype=object))
        popularity = self._read_popularity(as_of, items)
        touched = product_data.read_touches(self.connection, as_of, INTEREST_DECAY_DAYS)
        interests, centroids = self._read_interests(
            texts["category"].to_numpy(dtype=object), vectors, len(touched.indptr) - 1
        )
        personal, customers = 0, self._choose_customers(len(touched.indptr) - 1, among)
        for start in range(0, len(customers), _BLOCK_CUSTOMERS):
            block = customers[start : start + _BLOCK_CUSTOMERS]
            profiles = profile_customers(touched[block], vectors)
            profiles += profile_customers(interests[block], centroids)
            profiles /= np.maximum(np.linalg.norm(profiles, axis=1, keepdims=True), 1.0)
            ranked, scores, reasons = rank_reading(
                profiles, vectors[items], popularity, touched[block][:, items], LENGTH
            )
            is_personal = profiles.any(axis=1)
            personal += np.count_nonzero(is_personal)
            places = np.append(items, -1)[ranked]
            self._insert(block, places, scores=scores, reasons=reasons, is_personal=is_personal)
        return int(personal)

    def _choose_customers(self, customers: int, among: Collection[str] | None) -> Array:
        """Return the positions of whom to write for."""
        import numpy as np

        if among is None:
            return np.arange(customers)
        chosen = f"select position from {AUDIENCE} where list_contains(?, customer_id) order by position"
        return np.array(
            [row[0] for row in self.connection.execute(chosen, [list(among)]).fetchall()], dtype=int
        )

    def _insert(
        self, customers: Array, items: Array, *, scores: Array, reasons: Array, is_personal: Array
    ) -> None:
        """Insert one block of customers, by their positions in the audience; item -1 is none."""
        import numpy as np
        import pandas as pd

        from models_ml.recommendations.reading import READING_REASONS

        row, column = np.nonzero(items >= 0)
        frame = pd.DataFrame(
            {
                "position": customers[row].astype(np.int32),
                "rank": (column + 1).astype(np.int32),
                "item": items[row, column].astype(np.int32),
                "score": scores[row, column].astype(float),
                "reason": reasons[row, column],
                "strategy": np.where(is_personal[row], "content", "popularity"),
            }
        )
        self.connection.register("ranked", frame)
        values = [list(READING_REASONS), self.model_version, self.run.computed_at, self.run.run_id]
        self.connection.execute(_INSERT, values)
        self.connection.unregister("ranked")

    def _read_popularity(self, as_of: datetime, items: Array) -> Array:
        """Return how much is made of each item lately, the most popular 1 (float32)."""
        import numpy as np

        touched = product_data.read_touches(self.connection, as_of, POPULARITY_DECAY_DAYS)
        totals = np.asarray(touched[:, items].sum(axis=0), dtype=float).ravel()
        return (totals / max(totals.max(initial=0.0), np.finfo(np.float32).tiny)).astype(np.float32)

    def _read_interests(self, categories: Array, vectors: Array, customers: int) -> tuple[csr_matrix, Array]:
        """Return interests, customers x categories, and the mean vector of each category's items."""
        import numpy as np
        import pandas as pd
        from scipy.sparse import csr_matrix

        code, names = pd.factorize(categories, sort=True)
        items = np.flatnonzero(code >= 0)
        members = csr_matrix(
            (np.ones(len(items), dtype=np.float32), (code[items], items)), shape=(len(names), len(code))
        )
        sizes = np.maximum(np.diff(members.indptr), 1)[:, None]
        frame = self.connection.execute(_READ_INTERESTS).df()
        category = pd.Index(names).get_indexer(pd.Index(frame["category"]))
        kept = category >= 0
        cells = (frame["customer"].to_numpy()[kept], category[kept])
        interests = csr_matrix(
            (frame["interest"].to_numpy()[kept].astype(np.float32), cells), shape=(customers, len(names))
        )
        return interests, (members @ vectors) / sizes
