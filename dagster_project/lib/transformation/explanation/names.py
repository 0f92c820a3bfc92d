"""What a user calls a record: its key, a customer's id of today or of old, or its id in its source.

Messages say which of two names is meant and never repeat it, for it may be an address.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.transformation.dbt_project.compiled import read_analyses

_ORDINALS = ("first", "second")


def find_records(connection: duckdb.DuckDBPyConnection, names: Sequence[str]) -> list[str]:
    """The record key that each of two names stands for, in their order.

    A customer stands for the record that the id was given for, or for one that describes the customer. Raises
    KindredError where a name is unknown, has no records left, or is an id in sources of more than one customer.
    """
    connection.execute(
        "create or replace temp table asked_names as select unnest(?) as place, unnest(?) as name",
        [list(range(len(names))), list(names)],
    )
    rows = connection.execute(read_analyses()["explained_names"]).fetchall()
    return [_choose(place, [row[1:] for row in rows if row[0] == place]) for place in range(len(names))]


def _choose(place: int, found: Sequence[tuple[str, str | None, str | None]]) -> str:
    name = f"the {_ORDINALS[place]} name"
    if not found:
        raise KindredError(
            f"{name} is no record, customer or id in a source that the last night knew",
            "write feed|kind|id, such as 'crm/customers|customer|4711', by columns of marts.customer_identities",
        )
    meaning, record, _ = found[0]
    if record is None:
        raise KindredError(
            f"{name} is the id of a customer who has no records left", "see marts.identity_changes for when"
        )
    same = [row for row in found if row[0] == meaning]
    customers = {customer for _, _, customer in same}
    if len(customers) > 1:
        kinds = sorted({(key or "").rsplit("|", 1)[0] for _, key, _ in same})
        raise KindredError(
            f"{name} is an id of {len(customers)} customers, in {', '.join(kinds)}",
            "put feed|kind| of the one you mean before it, in quotes",
        )
    return record
