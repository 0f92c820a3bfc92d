"""Taking the rows of files out of raw tables and quarantine: of replaced files, and of those of a killed night."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from dagster_project.lib.ingestion.contracts.feeds import Feed


def remove_unrecorded(connection: duckdb.DuckDBPyConnection, feed: Feed) -> None:
    """Take out rows of files that a killed night had begun to load: the ledger does not know them."""
    connection.execute(
        f"delete from {feed.raw_table} where _file_id not in (select file_id from quality.ingested_files)"
    )


def remove_replaced(connection: duckdb.DuckDBPyConnection, feed: Feed, file_ids: Sequence[int]) -> None:
    """Take the rows of replaced files out of raw and quarantine; their entries stay, as `replaced`.

    A file takes along what brought corrections to it; a correction takes its own rows alone out of the file.
    """
    if not file_ids:
        return
    connection.execute(
        f"""
        delete from {feed.raw_table} as r using quality.ingested_files as f
        where list_contains(?, f.file_id) and r._file_id = coalesce(f.part_of, f.file_id)
            and (f.part_of is null
                or (r._row_number > f.rows_before and r._row_number <= f.rows_before + f.rows_in))
        """,
        [list(file_ids)],
    )
    remove_rejections(connection, file_ids)


def remove_rejections(connection: duckdb.DuckDBPyConnection, file_ids: Sequence[int]) -> None:
    """Take what did not fit in these files out of the quarantine; their entries stay, as `replaced`."""
    numbers = [list(file_ids)]
    for table in ("rejected_rows", "nulled_values"):
        connection.execute(
            f"""
            delete from quality.{table} as q using quality.ingested_files as f
            where f.file_path = q.file_path and f.content_hash = q.content_hash and list_contains(?, f.file_id)
            """,
            numbers,
        )
    connection.execute(
        """
        update quality.rejected_rows as q set replayed_by = null from quality.ingested_files as f
        where q.replayed_by = f.file_path and list_contains(?, f.file_id)
        """,
        numbers,
    )
    connection.execute(
        "update quality.ingested_files set status = 'replaced' where list_contains(?, file_id)", numbers
    )
