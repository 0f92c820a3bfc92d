"""What clusters are made from and written to: customers' features in, two tables out.

Here belongs the SQL of machine-made segments. When clusters are found anew is decided in clusters.py.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.sql import quote_identifier
from dagster_project.lib.common.warehouse import transaction
from dagster_project.lib.personalization.clusters.cluster_settings import FILE, refuse_withheld

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection

    from models_ml.segmentation.clustering import Clustering

    Array = np.ndarray[Any, Any]

MEMBERS, CLUSTERS = "models_ml.customer_clusters", "models_ml.clusters"
_COLUMNS = {
    MEMBERS: "customer_id varchar, cluster integer, label varchar, distance double, model_version varchar",
    CLUSTERS: "cluster integer, label varchar, customers integer, share double, centroid json, silhouette double, "
    "drift double, fitted_at timestamp, model_version varchar",
}
_NUMERIC = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL", "BOOLEAN")
# visitors and guest orders are each seen once, and are no customers to be told apart
_READ = """
select customer_id, {features}
from marts.customer_features
where customer_id in (select customer_id from marts.dim_customers where is_known)
    and customer_id not in (
        select customer_id from marts.customer_consents
        where purpose = 'personalization' and status = 'denied' and customer_id is not null
    )
order by customer_id
"""


def create_tables(connection: DuckDBPyConnection) -> None:
    """Create both tables where they are missing, empty, so that they can be read before the first fit."""
    connection.execute("create schema if not exists models_ml")
    for table, columns in _COLUMNS.items():
        connection.execute(f"create table if not exists {table} ({columns})")


def read_features(
    connection: DuckDBPyConnection, features: list[str], withheld: Collection[str] = ()
) -> tuple[Array, Array]:
    """Return the known customers who are not against personalization, and customers x features, null as nan.

    withheld: columns that may not be used. KindredError where one of them is asked for, where marts.customer_features
    has no such column, or it holds no numbers.
    """
    columns = {
        name: kind for name, kind, *_ in connection.execute("describe marts.customer_features").fetchall()
    }
    refuse_withheld(features, withheld)
    for name in features:
        if not columns.get(name, "").startswith(_NUMERIC):
            known = ", ".join(
                sorted(
                    key for key, kind in columns.items() if kind.startswith(_NUMERIC) and key not in withheld
                )
            )
            why = "holds no numbers" if name in columns else "is no column of marts.customer_features"
            raise KindredError(f"{FILE}: features: {name} {why}", f"use some of: {known}")
    listed = ", ".join(f"{quote_identifier(name)}::double as {quote_identifier(name)}" for name in features)
    frame = connection.execute(_READ.format(features=listed)).df()
    return frame["customer_id"].to_numpy(dtype=object), frame.loc[:, features].to_numpy(dtype=float)


def write_clusters(
    connection: DuckDBPyConnection,
    customers: Array,
    values: Array,
    clustering: Clustering | None,
    *,
    fitted_at: datetime,
    model_version: str | None,
) -> list[int]:
    """Replace both tables by tonight's clusters, in one transaction; without a clustering they are empty.

    Returns how many customers each cluster has, the largest first.
    """
    import numpy as np
    import pandas as pd

    rows: list[list[Any]] = []
    members = pd.DataFrame({"customer_id": pd.Series(dtype=object), "position": [], "distance": []})
    if clustering is not None and len(customers):
        nearest, distance = clustering.assign(values)
        members = pd.DataFrame(
            {"customer_id": customers, "position": nearest, "distance": np.round(distance, 6)}
        )
        counts = np.bincount(nearest, minlength=len(clustering.centroids))
        middles = clustering.scaling.restore(clustering.centroids)
        drift = round(clustering.drift(values), 6)
        for position, number in enumerate(clustering.numbers):
            centroid = dict(zip(clustering.features, np.round(middles[position], 4).tolist(), strict=True))
            rows.append([
                int(number), clustering.labels[position], int(counts[position]),
                round(float(counts[position]) / len(values), 6), json.dumps(centroid), clustering.silhouette, drift,
                fitted_at, model_version,
            ])  # fmt: skip
    connection.register("members", members)
    try:
        with transaction(connection):
            for table, columns in _COLUMNS.items():
                connection.execute(f"create or replace table {table} ({columns})")
            if clustering is not None and rows:
                connection.executemany(f"insert into {CLUSTERS} values (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
                connection.execute(
                    f"""
                    insert into {MEMBERS}
                    select customer_id, ($1::integer[])[position + 1], ($2::varchar[])[position + 1], distance, $3
                    from members order by customer_id
                    """,
                    [[row[0] for row in rows], [row[1] for row in rows], model_version],
                )
    finally:
        connection.unregister("members")
    return sorted((row[2] for row in rows), reverse=True)
