"""Taking the rows of files out of raw tables and quarantine: of replaced files, and of those of a killed night."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from dagster_project.lib.ingestion.feeds import Feed
from dagster_project.lib.ingestion.ledger import next_file_id


def remove_unrecorded(connection: duckdb.DuckDBPyConnection, feed: Feed) -> None:
    """Take out rows of files that a killed night had begun to load: no file is known by their number yet."""
    connection.execute(f"delete from {feed.raw_table} where _file_id >= ?", [next_file_id(connection)])


def remove_replaced(connection: duckdb.DuckDBPyConnection, feed: Feed, file_ids: Sequence[int]) -> None:
    """Take the rows of replaced files out of raw and quarantine; their entries stay, as `replaced`."""
    if not file_ids:
        return
    numbers = [list(file_ids)]
    connection.execute(f"delete from {feed.raw_table} where list_contains(?, _file_id)", numbers)
    for table in ("rejected_rows", "nulled_values"):
        connection.execute(
            f"""
            delete from quality.{table} as q using quality.ingested_files as f
            where f.file_path = q.file_path and f.content_hash = q.content_hash and list_contains(?, f.file_id)
            """,
            numbers,
        )
    connection.execute(
        "update quality.ingested_files set status = 'replaced' where list_contains(?, file_id)", numbers
    )
