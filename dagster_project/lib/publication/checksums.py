"""A table's content as one number: equal content gives equal checksums, in any order of rows.

What only says when and by which run a row was made is left out, so that two nights can be compared.
"""

from __future__ import annotations

import duckdb

from dagster_project.lib.common.sql import quote_identifier

PROVENANCE = frozenset({"run_id", "computed_at", "checked_at", "ingested_at", "trained_at", "evaluated_at"})
"""Columns that say when and by which run, left out of the checksum."""


def describe_table(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, object]:
    """Rows and checksum of `schema.table`: the sum over its rows of DuckDB's 64-bit hash of their content, in hex.

    Comparable between warehouses written by the same version of DuckDB.
    """
    described = connection.execute(f"describe {table}").fetchall()
    content = ", ".join(quote_identifier(row[0]) for row in described if row[0] not in PROVENANCE)
    row = connection.execute(f"select count(*), coalesce(sum(hash({content})), 0) from {table}").fetchone()
    rows, total = row or (0, 0)
    return {"rows": rows, "checksum": f"{int(total) % (1 << 128):032x}"}
