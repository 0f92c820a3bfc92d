"""Corrected rows of a file that lost some: `<feed>/replay/<name of that file>` brings them, and they become part of it.

They have to count as rows of that file, not of one of their own: an order's lines come from its latest file, and one
mended line must not push the others out; nor may they stay when the whole file is delivered anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

import duckdb

from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.loading.loader import FileToLoad

FOLDER = "replay"
SUPERSEDED = "the file whose rows it corrects was delivered anew; its own rows count no longer"


def is_replay(path: str) -> bool:
    """Whether the file lies where corrected rows are put. path: from landing on."""
    return PurePosixPath(path).parts[2] == FOLDER


def attach_replay(
    connection: duckdb.DuckDBPyConnection, feed: Feed, item: FileToLoad, *, is_read_again: bool
) -> None:
    """Make the rows of a replay, loaded and in the ledger, rows of the file that it corrects.

    They are numbered behind that file's own. Where no such file is known they stay rows of a file of their own; where
    it has lost no row since it was read again, they are in it already.
    """
    original = _find_original(connection, feed, item)
    if original is None:
        connection.execute(
            "update quality.ingested_files set reason = ? where file_id = ?",
            ["no file of this name lost rows; loaded as a file of its own", item.file_id],
        )
        return
    if is_read_again and not original.rows_rejected:
        connection.execute(f"delete from {feed.raw_table} where _file_id = ?", [item.file_id])
        connection.execute(
            "update quality.ingested_files set part_of = ?, status = 'quarantined', reason = ? where file_id = ?",
            [original.file_id, SUPERSEDED, item.file_id],
        )
        return
    connection.execute(
        f"update {feed.raw_table} set _file_id = ?, _row_number = _row_number + ? where _file_id = ?",
        [original.file_id, original.last_row, item.file_id],
    )
    connection.execute(
        "update quality.ingested_files set part_of = ?, rows_before = ? where file_id = ?",
        [original.file_id, original.last_row, item.file_id],
    )
    connection.execute(
        "update quality.rejected_rows set replayed_by = ? where content_hash = ? and replayed_by is null",
        [item.file.relative_path, original.content_hash],
    )


@dataclass(frozen=True)
class _Original:
    """The file that a replay corrects."""

    file_id: int
    content_hash: str
    rows_rejected: int
    last_row: int
    """The highest number that a row of it has, earlier replays included."""


def _find_original(connection: duckdb.DuckDBPyConnection, feed: Feed, item: FileToLoad) -> _Original | None:
    """The newest file of that name, whatever its container and compression."""
    parts = PurePosixPath(item.file.relative_path).parts
    wanted = _bare("/".join([*parts[:2], *parts[3:]]))
    entries = connection.execute(
        """
        select f.file_path, f.file_id, f.content_hash, f.rows_rejected,
            greatest(f.rows_in, (
                select coalesce(max(r.rows_before + r.rows_in), 0) from quality.ingested_files as r
                where r.part_of = f.file_id and r.status = 'loaded'
            ))
        from quality.ingested_files as f
        where f.source = ? and f.source_table = ? and f.status in ('loaded', 'quarantined') and f.part_of is null
            and f.rows_in > 0 and f.file_id <> ? order by f.file_id desc
        """,
        [feed.source, feed.name, item.file_id],
    ).fetchall()
    return next((_Original(*found) for path, *found in entries if _bare(path) == wanted), None)


def _bare(path: str) -> str:
    name = PurePosixPath(path).name
    return str(PurePosixPath(path).with_name(name.split(".")[0] or name))


def settle_superseded(connection: duckdb.DuckDBPyConnection, replaced: list[int]) -> None:
    """The replays of files that were replaced: their rows went with those files, and they are not read again."""
    connection.execute(
        """
        update quality.ingested_files set status = 'quarantined', reason = ?
        where list_contains(?, part_of) and status = 'loaded'
        """,
        [SUPERSEDED, replaced],
    )
