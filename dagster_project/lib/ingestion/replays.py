"""Corrected rows of a file that lost some: `<feed>/replay/<name of that file>` brings them, and they become part of it.

They have to count as rows of that file, not of one of their own: an order's lines come from its latest file, and one
mended line must not push the others out; nor may they stay when the whole file is delivered anew.
"""

from __future__ import annotations

from pathlib import PurePosixPath

import duckdb

from dagster_project.lib.ingestion.feeds import Feed
from dagster_project.lib.ingestion.landing import LandedFile
from dagster_project.lib.ingestion.loader import FileToLoad

FOLDER = "replay"
SUPERSEDED = "the file whose rows it corrects was delivered anew; its own rows count no longer"


def is_replay(file: LandedFile) -> bool:
    """Whether the file lies where corrected rows are put."""
    return PurePosixPath(file.relative_path).parts[2] == FOLDER


def attach_replay(connection: duckdb.DuckDBPyConnection, feed: Feed, item: FileToLoad) -> None:
    """Make the rows of a replay, loaded and in the ledger, rows of the file that it corrects.

    They are numbered behind that file's own. Where no such file is known they stay rows of a file of their own.
    """
    original = _find_original(connection, feed, item)
    if original is None:
        connection.execute(
            "update quality.ingested_files set reason = ? where file_id = ?",
            ["no file of this name lost rows; loaded as a file of its own", item.file_id],
        )
        return
    file_id, content_hash = original
    (rows_before,) = connection.execute(
        "select sum(rows_in) from quality.ingested_files where file_id = $1 or part_of = $1", [file_id]
    ).fetchone() or (0,)
    connection.execute(
        f"update {feed.raw_table} set _file_id = ?, _row_number = _row_number + ? where _file_id = ?",
        [file_id, rows_before, item.file_id],
    )
    connection.execute(
        "update quality.ingested_files set part_of = ? where file_id = ?", [file_id, item.file_id]
    )
    connection.execute(
        "update quality.rejected_rows set replayed_by = ? where content_hash = ? and replayed_by is null",
        [item.file.relative_path, content_hash],
    )


def _find_original(
    connection: duckdb.DuckDBPyConnection, feed: Feed, item: FileToLoad
) -> tuple[int, str] | None:
    """Number and content hash; the newest file of that name, whatever its container and compression."""
    parts = PurePosixPath(item.file.relative_path).parts
    wanted = _bare("/".join([*parts[:2], *parts[3:]]))
    entries = connection.execute(
        """
        select file_id, content_hash, file_path from quality.ingested_files
        where source = ? and source_table = ? and status in ('loaded', 'quarantined') and part_of is null
            and rows_in > 0 and file_id <> ? order by file_id desc
        """,
        [feed.source, feed.name, item.file_id],
    ).fetchall()
    return next(
        ((file_id, content_hash) for file_id, content_hash, path in entries if _bare(path) == wanted), None
    )


def _bare(path: str) -> str:
    name = PurePosixPath(path).name
    return str(PurePosixPath(path).with_name(name.split(".")[0] or name))


def settle_superseded(connection: duckdb.DuckDBPyConnection, replaced: list[int]) -> None:
    """The replays of files that were replaced: their rows went with those files, and they are not read again."""
    connection.execute(
        "update quality.ingested_files set status = 'quarantined', reason = ? where list_contains(?, part_of)",
        [SUPERSEDED, replaced],
    )
