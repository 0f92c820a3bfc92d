"""A table's content as one number: equal content gives equal checksums, in any order of rows."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from dagster_project.lib.common.sql import quote_identifier

PROVENANCE = frozenset(
    {"run_id", "computed_at", "checked_at", "ingested_at", "known_at", "trained_at", "evaluated_at"}
)
"""Columns that say when and by which run a row was made or read.

`checksum` leaves them out, so that nights can be compared.
"""


def describe_table(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, object]:
    """Rows and checksums of `schema.table`: sums over its rows of DuckDB's 64-bit hash, in hex.

    `checksum` is of the content without PROVENANCE, `checksum_with_provenance` of all columns. Both are comparable
    between warehouses written by the same version of DuckDB.
    """
    columns = [row[0] for row in connection.execute(f"describe {table}").fetchall()]
    row = connection.execute(f"""
        select count(*), coalesce(sum({row_hash(columns)}), 0),
            coalesce(sum(hash({", ".join(map(quote_identifier, columns))})), 0)
        from {table}
    """).fetchone()
    rows, of_content, of_all = row or (0, 0, 0)
    return {
        "rows": rows,
        "checksum": write_checksum(of_content),
        "checksum_with_provenance": write_checksum(of_all),
    }


def row_hash(columns: Iterable[str]) -> str:
    """SQL: the hash of a row's content, without PROVENANCE."""
    content = ", ".join(quote_identifier(name) for name in columns if name not in PROVENANCE)
    return f"hash({content})"


def write_checksum(total: int) -> str:
    """A sum of hashes as 32 hexadecimal digits."""
    return f"{int(total) % (1 << 128):032x}"
