"""Published tables as collections of rows: their columns from the snapshot, their keys from its manifest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from dagster_project.lib.activation.delivery.targets import Collection, Column, PermanentError
from dagster_project.lib.activation.destinations.outgoing import AGAINST, RECOMMENDATIONS

Manifest = Mapping[str, Any]


def expect_published(manifest: Manifest, table: str) -> None:
    """PermanentError where the snapshot does not have the table."""
    if table not in manifest["tables"]:
        raise PermanentError(f"it is not published; name one of: {', '.join(sorted(manifest['tables']))}")


def collection_of(connection: duckdb.DuckDBPyConnection, manifest: Manifest, table: str) -> Collection:
    """A published table as rows of its key. PermanentError where it has none, so that a row cannot be told again.

    connection: on which tables are what is sent of them.
    """
    expect_published(manifest, table)
    key = manifest["tables"][table].get("key")
    if not key:
        keyed = [name for name, described in sorted(manifest["tables"].items()) if described.get("key")]
        raise PermanentError(f"its rows have no key; send it as a file, or name one of: {', '.join(keyed)}")
    columns = connection.execute(f"describe {table}").fetchall()
    withdrawn = "false"
    if table == RECOMMENDATIONS:
        place = key.index("customer_id")
        withdrawn = f"json_extract_string(kindred_key, '$[{place}]') in {AGAINST}"
    return Collection(
        table,
        f"select * from {table}",
        tuple(Column(name, kind) for name, kind, *_ in columns),
        tuple(key),
        frozenset(manifest["checksum_leaves_out"]),
        withdrawn,
    )
