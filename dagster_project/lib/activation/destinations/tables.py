"""Published tables as collections of rows: their columns from the snapshot, their keys from its manifest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from dagster_project.lib.activation.delivery.targets import Collection, Column
from dagster_project.lib.common.errors import KindredError

Manifest = Mapping[str, Any]


def expect_published(manifest: Manifest, destination: str, tables: Sequence[str]) -> None:
    """KindredError where the destination asks for a table that the snapshot does not have."""
    unknown = [table for table in tables if table not in manifest["tables"]]
    if unknown:
        raise KindredError(
            f"destinations.yml: {destination} asks for {', '.join(unknown)}, which is not published",
            f"name tables out of: {', '.join(sorted(manifest['tables']))}",
        )


def collection_of(
    connection: duckdb.DuckDBPyConnection, manifest: Manifest, destination: str, table: str
) -> Collection:
    """A published table as rows of its key. KindredError where it has none, so that a row cannot be told again.

    connection: with the snapshot as its default database.
    """
    key = manifest["tables"][table].get("key")
    if not key:
        keyed = [name for name, described in sorted(manifest["tables"].items()) if described.get("key")]
        raise KindredError(
            f"destinations.yml: {destination} asks for {table} row by row, and it has no key",
            f"send it as a file, or name tables out of: {', '.join(keyed)}",
        )
    columns = connection.execute(f"describe {table}").fetchall()
    return Collection(
        table,
        f"select * from {table}",
        tuple(Column(name, kind) for name, kind, *_ in columns),
        tuple(key),
        frozenset(manifest["checksum_leaves_out"]),
    )
