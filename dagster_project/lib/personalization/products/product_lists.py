"""Lists that belong to products: what is similar to each, and what is bought together with it.

Here belongs activation.product_recommendations and the order of its steps. Scores belong to
`models_ml.recommendations`, vectors to product_vectors.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from dagster_project.lib.common.warehouse import read_as_of, transaction
from dagster_project.lib.personalization import artefacts, model_records
from dagster_project.lib.personalization.products import product_data, product_vectors
from dagster_project.lib.personalization.run import Run
from dagster_project.lib.personalization.settings.content import ContentSettings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from scipy.sparse import csr_matrix

    from dagster_project.lib.personalization.products.product_vectors import ProductVectors

TABLE = "activation.product_recommendations"
LENGTH = 20
SIMILAR, BOUGHT_TOGETHER = "similar", "bought_together"

_COLUMNS = """
    product_id varchar, strategy varchar, rank integer, recommended_product_id varchar, score double,
    model_version varchar, computed_at timestamp, run_id varchar
"""
# frames carry positions only: ids are put in by the database, which is many times faster than Python strings
_INSERT = f"""
insert into {TABLE}
select p.product_id, $1, r.rank, other.product_id, r.score, $2, $3, $4
from ranked as r
join {product_data.ITEMS} as p on p.position = r.item
join {product_data.ITEMS} as other on other.position = r.recommended
"""


@dataclass
class ProductListsResult:
    """What a night's lists of products came to.

    method: the model of product vectors that was chosen. metrics: how well each foretold. rows: of each strategy.
    """

    model_version: str
    method: str
    products: int
    rows: dict[str, int] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)


def write_product_lists(
    connection: DuckDBPyConnection, run: Run, settings: ContentSettings | None = None
) -> ProductListsResult:
    """Write activation.product_recommendations, the evaluations of the vectors and their version.

    Every product has lists, active or not; only active ones are recommended. Running it again with the same marts
    replaces the rows by the same rows.
    """
    as_of = read_as_of(connection)
    made = product_vectors.make_product_vectors(connection, run.folder, settings, as_of)
    lists = _rank(connection, made, as_of)
    result = ProductListsResult(made.model_version, made.method, 0)
    with transaction(connection):
        connection.execute("create schema if not exists activation")
        connection.execute(f"create or replace table {TABLE} ({_COLUMNS})")
        for strategy, scores in lists.items():
            _insert(connection, strategy, scores, [made.model_version, run.computed_at, run.run_id])
            result.rows[strategy] = scores.nnz
    products = "select count(*) from marts.dim_products where item_type = 'product'"
    result.products = connection.execute(products).fetchall()[0][0]
    _record(connection, run, made)
    result.metrics = model_records.read_metrics(connection, made.model_version, "validation")
    artefacts.remove_other_artefacts(run.folder, [made.model_version], product_vectors.MODEL)
    return result


def _rank(connection: DuckDBPyConnection, made: ProductVectors, as_of: datetime) -> dict[str, csr_matrix]:
    """Return the scores of each strategy, items x items; articles, guides and videos have empty rows and columns."""
    from scipy.sparse import csr_matrix, diags_array

    from models_ml.recommendations.product_lists.bought_together import rank_bought_together
    from models_ml.recommendations.product_lists.similar import rank_similar

    texts = product_data.read_texts(connection, as_of)
    is_product = (texts["item_type"] == "product").to_numpy()
    eligible = is_product & texts["is_active"].fillna(False).to_numpy(dtype=bool)
    products_only = csr_matrix(diags_array(is_product.astype("float32")))
    touches = csr_matrix(
        product_data.read_touches(connection, as_of, product_vectors.TOUCH_DECAY_DAYS) @ products_only
    )
    orders = csr_matrix(product_data.read_orders(connection, as_of) @ products_only)
    vectors = made.vectors * is_product[:, None]
    return {
        SIMILAR: rank_similar(touches, vectors, eligible, LENGTH),
        BOUGHT_TOGETHER: rank_bought_together(orders, eligible, LENGTH),
    }


def _insert(
    connection: DuckDBPyConnection, strategy: str, scores: csr_matrix, lineage: list[str | datetime]
) -> None:
    """Insert the scores of one strategy; ranks fall with the score, equal scores stand in the order of ids."""
    import numpy as np
    import pandas as pd

    row = np.repeat(np.arange(len(scores.indptr) - 1), np.diff(scores.indptr))
    order = np.lexsort((scores.indices, np.negative(scores.data), row))
    frame = pd.DataFrame(
        {
            "item": row[order].astype(np.int32),
            "rank": (np.arange(len(order)) - scores.indptr[row[order]] + 1).astype(np.int32),
            "recommended": scores.indices[order].astype(np.int32),
            "score": scores.data[order].astype(float),
        }
    )
    connection.register("ranked", frame)
    connection.execute(_INSERT, [strategy, *lineage])
    connection.unregister("ranked")


def _record(connection: DuckDBPyConnection, run: Run, made: ProductVectors) -> None:
    """Keep which vectors served, and how good each model of them was on interactions that none of them sees."""
    evaluations = [(each.method, "validation", each) for each in made.measured]
    model_records.write_evaluations(connection, evaluations, model_version=made.model_version, run=run)
    parameters = {"method": made.method, "dimensions": int(made.vectors.shape[1])}
    version = model_records.Version(
        product_vectors.MODEL, made.model_version, run, made.model_version, parameters
    )
    model_records.write_version(connection, version, "champion")
