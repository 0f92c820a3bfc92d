"""Taking rows for good out of raw tables, quarantine and landing: those of people who asked to be forgotten.

Here belongs how, so that a kill leaves nothing half done. Whose rows they are is for others to say.

A file is first written anew beside itself, under a hidden name; then one transaction takes the rows out and makes the
ledger expect the new content; then the new file takes the place of the old one. What was killed before the transaction
is thrown away, what was killed after it is put in place, by `finish_rewriting` at the next opportunity.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project.lib.common.warehouse import list_tables
from dagster_project.lib.ingestion.arrival.compression import BROKEN, COMPRESSIONS, expand
from dagster_project.lib.ingestion.arrival.hashing import hash_content
from dagster_project.lib.ingestion.arrival.rewriting import rewrite
from dagster_project.lib.ingestion.bookkeeping.cutting import find_cuts, landed, read_entries
from dagster_project.lib.ingestion.bookkeeping.settling import list_rows, settle
from dagster_project.lib.ingestion.contracts.feeds import Feed

_MARK = ".erasing-"
_GONE = "erased"
"""The content hash of a file of which nothing is left: were it delivered again, it would be read again."""


@dataclass(frozen=True)
class Erased:
    """What was taken out. lost: paths of files that nobody could take apart and that went as a whole."""

    rows: int
    orders: int
    files: int
    lost: tuple[str, ...]
    is_any_built: bool
    """Whether models have read a row of them."""
    left: tuple[str, ...] = ()
    """Paths of files that changed since they were read, and stay as they are until they are read again."""


NOTHING = Erased(0, 0, 0, (), False)


def finish_rewriting(connection: duckdb.DuckDBPyConnection, landing: Path) -> None:
    """Put files in place that a killed erasure had written and settled in the ledger; throw the others away."""
    for path in landing.glob(f"*/*/**/{_MARK}*"):
        target = path.with_name(path.name.removeprefix(_MARK))
        known = connection.execute(
            "select 1 from quality.ingested_files where file_path = ? and content_hash = ? limit 1",
            [target.relative_to(landing).as_posix(), hash_content(path)],
        ).fetchone()
        if known and target.exists():
            path.replace(target)
        else:
            path.unlink()


def erase_rows(
    connection: duckdb.DuckDBPyConnection, landing: Path, feeds: Collection[Feed], texts: Collection[str] = ()
) -> Erased:
    """Take rows out of raw tables, quarantine and the files that brought them; orders stay without whom they were of.

    Reads temporary tables: rows_to_erase (table_name, file_id, row_number) and rejections_to_erase (file_path,
    content_hash, row_number). texts: what names the persons; a file of which nothing could be read goes as a whole
    where one of them stands in it. A file that left landing is left out, one that was changed since is read anew.
    """
    list_rows(connection)
    is_any_built = _is_any_built(connection)
    by_folder = {feed.folder: feed for feed in feeds}
    written: dict[Path, Path] = {}
    hashes: dict[tuple[str, str], str] = {}
    lost: list[str] = []
    emptied: list[str] = []
    left: list[str] = []
    for entry in read_entries(connection):
        path = landing / entry.path
        feed = by_folder.get(entry.feed)
        if feed is None or not path.is_file():
            continue
        if hash_content(path) != entry.content_hash:
            left.append(entry.path)
            continue
        copy = path.with_name(f"{_MARK}{path.name}")
        cuts = find_cuts(entry, path, feed)
        key = entry.path, entry.content_hash
        hashes[key] = _GONE
        if cuts is None:
            lost.append(entry.path)
        elif not rewrite(landed(path, entry), feed.contract.dialect, cuts, copy):
            copy.unlink()
            emptied.append(entry.path)
        else:
            copy.chmod(path.stat().st_mode & 0o777)
            written[copy] = path
            hashes[key] = hash_content(copy)
    for path, content_hash in _find_unreadable(connection, landing, texts):
        lost.append(path)
        hashes[path, content_hash] = _GONE
    for path in (*lost, *emptied):
        (landing / path).unlink()
    counts = settle(connection, hashes)
    for copy, path in written.items():
        copy.replace(path)
    files = len(written) + len(emptied) + len(lost)
    return Erased(*counts, files=files, lost=tuple(lost), is_any_built=is_any_built, left=tuple(left))


def _is_any_built(connection: duckdb.DuckDBPyConnection) -> bool:
    if "operations.finished_build_files" not in list_tables(connection):
        return False
    return bool(
        connection.execute(
            "select 1 from going where file_id in (select file_id from operations.finished_build_files) limit 1"
        ).fetchone()
    )


def _find_unreadable(
    connection: duckdb.DuckDBPyConnection, landing: Path, texts: Collection[str]
) -> list[tuple[str, str]]:
    """Path and content hash of files that nobody could read and that hold one of the texts."""
    sought = [text.lower().encode() for text in texts]
    files = connection.execute("""
        select distinct file_path, content_hash from quality.ingested_files
        where status = 'quarantined' and rows_in = 0 order by all
    """).fetchall()
    return [
        (path, content_hash)
        for path, content_hash in files
        if sought and (landing / path).is_file() and _holds(landing / path, sought)
    ]


def _holds(path: Path, sought: Collection[bytes]) -> bool:
    """Whether one of the texts stands in the file, in small letters, as far as it can be decompressed."""
    content = b""
    with suppress(*BROKEN):
        for block in expand(path, COMPRESSIONS.get(path.suffix.lower(), "none")):
            content += block
    return any(text in content.lower() for text in sought)
