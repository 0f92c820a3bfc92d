"""The ledger of files, quality.ingested_files: what arrived and what became of it. What to do next is planning's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

import duckdb
import pandas as pd

from dagster_project.lib.ingestion.arrival.landing import Known
from dagster_project.lib.ingestion.contract_files.finding import canonical_contracts
from dagster_project.lib.ingestion.contracts.feeds import Feed, raw_table
from dagster_project.lib.ingestion.loading.loader import FileCounts, FileToLoad


def known_files(connection: duckdb.DuckDBPyConnection, feed: Feed) -> dict[str, Known]:
    """By path, each file of the feed as it was when it was last entered."""
    rows = connection.execute(
        """
        select file_path, max_by(size, file_id), max_by(changed_ns, file_id), max_by(content_hash, file_id)
        from quality.ingested_files where source = ? and source_table = ? and changed_ns > 0 group by file_path
        """,
        [feed.source, feed.name],
    ).fetchall()
    return {path: Known(*seen) for path, *seen in rows}


def next_file_id(connection: duckdb.DuckDBPyConnection) -> int:
    """The number for the next file; numbers grow with arrival and are never used twice.

    Nor are those of a killed night, whose rows stand in raw tables until their feeds are read.
    """
    used = ["select max(file_id) as number from quality.ingested_files"]
    used += [f"select max(_file_id) from {raw_table(table)}" for table in canonical_contracts()]
    row = connection.execute(
        f"select coalesce(max(number), 0) + 1 from ({' union all '.join(used)})"
    ).fetchone()
    return row[0] if row else 1


def take_over(connection: duckdb.DuckDBPyConnection, other: str) -> None:
    """Know the files that another ledger knows, in a database that has none of their rows.

    other: catalog of an attached warehouse or snapshot.
    """
    connection.execute(f"insert into quality.ingested_files by name from {other}.quality.ingested_files")


def forget_arrivals(
    connection: duckdb.DuckDBPyConnection, tables: Collection[str], since: datetime, kept: Collection[str]
) -> None:
    """Take files of these canonical tables out that came since then (UTC, naive), so that they are read once more.

    kept: runs whose files stay known. For a ledger that was taken over: rows of the files stay where they are.
    """
    connection.execute(
        """
        delete from quality.ingested_files
        where canonical_table in (select unnest(?::varchar[])) and ingested_at >= ?
            and run_id not in (select unnest(?::varchar[]))
        """,
        [list(tables), since, list(kept)],
    )


@dataclass(frozen=True)
class Arrival:
    """Who writes into the ledger and when (UTC)."""

    run_id: str
    at: datetime


def keep_number(connection: duckdb.DuckDBPyConnection, feed: Feed, old: int, new: int) -> None:
    """Give a file that was read again the number of its earlier reading, which gets the other one.

    What counts as a file's place in the order of arrival must not change because it was read twice.
    """
    connection.execute(f"update {feed.raw_table} set _file_id = ? where _file_id = ?", [old, new])
    for column in ("file_id", "part_of"):
        connection.execute(
            f"""
            update quality.ingested_files set {column} = case when {column} = $old then $new else $old end
            where {column} in ($old, $new)
            """,
            {"old": old, "new": new},
        )


ALL_REJECTED = "none of its rows could be loaded; see quality.rejected_rows, correct the file or its contract"


def record_loaded(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    files: Sequence[FileToLoad],
    counts: dict[int, FileCounts],
    columns: Sequence[str],
    arrival: Arrival,
) -> None:
    """Enter the files of a group with their counts; a file without one good row is in quarantine as a whole.

    columns: what the files call their columns; none where each line has its own.
    """
    entries = []
    for item in files:
        is_bad = counts[item.file_id].is_all_rejected
        status, reason = ("quarantined", ALL_REJECTED) if is_bad else ("loaded", None)
        entries.append((item, status, reason, counts[item.file_id]))
    _enter(connection, feed, entries, columns, arrival)


def record_unread(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    files: Sequence[FileToLoad],
    status: str,
    reason: str,
    arrival: Arrival,
) -> None:
    """Enter files of which no row was loaded: duplicates, or what is in quarantine as a whole."""
    nothing = FileCounts(0, 0, 0)
    _enter(connection, feed, [(item, status, reason, nothing) for item in files], (), arrival)


def _enter(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    entries: Sequence[tuple[FileToLoad, str, str | None, FileCounts]],
    columns: Sequence[str],
    arrival: Arrival,
) -> None:
    if not entries:
        return
    frame = pd.DataFrame(
        [
            (
                item.file_id,
                item.file.relative_path,
                item.file.content_hash,
                item.file.size,
                item.file.changed_ns,
                status,
                reason,
                *astuple(counts),
            )
            for item, status, reason, counts in entries
        ],
        columns=[
            "file_id",
            "path",
            "hash",
            "size",
            "changed_ns",
            "status",
            "reason",
            "rows_in",
            "rows_loaded",
            "rows_rejected",
        ],
    ).astype({"reason": object})
    connection.register("entries", frame)
    connection.execute(
        """
        insert into quality.ingested_files (
            file_id, file_path, source, source_table, canonical_table, content_hash, contract_hash, status, reason,
            rows_in, rows_loaded, rows_rejected, ingested_at, run_id, columns, size, changed_ns
        )
        select file_id, path, ?, ?, ?, hash, ?, status, reason, rows_in, rows_loaded, rows_rejected, ?, ?, ?,
            size, changed_ns
        from entries order by file_id
        """,
        [feed.source, feed.name, feed.table, feed.contract_hash, arrival.at, arrival.run_id, list(columns)],
    )
    connection.unregister("entries")
