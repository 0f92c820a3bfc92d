"""Groups of customers that recommendations are measured on apart.

Here belongs what each dimension is read from. Segments are always measured; gender and age band are personal data of a
kind that nobody should be sorted by without having decided so, and are read only where they are named.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DIMENSIONS = {
    "segment": "select customer_id, segment from activation.segment_memberships",
    "gender": "select customer_id, nullif(lower(trim(gender)), '') from marts.dim_customers",
    "age_band": "select customer_id, age_band from marts.customer_features",
}
"""What customers can be told apart by, and the query that says of each customer which group it is."""

DEFAULT = ("segment",)


def read_groups(
    connection: DuckDBPyConnection, dimensions: Collection[str] = DEFAULT
) -> dict[str, dict[str, list[str]]]:
    """Return {dimension: {customer_id: names of groups}}, of tonight: who customers are, not what was known of them.

    dimensions: some of DIMENSIONS; KeyError where one is not. Customers of whom nothing is known are in no group.
    """
    groups = {}
    for dimension in dimensions:
        members: dict[str, list[str]] = {}
        for customer_id, name in connection.execute(f"{DIMENSIONS[dimension]} order by all").fetchall():
            if name is not None:
                members.setdefault(customer_id, []).append(name)
        groups[dimension] = members
    return groups
