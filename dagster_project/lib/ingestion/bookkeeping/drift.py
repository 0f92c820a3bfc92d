"""What changed in the columns of a feed: new ones, which are kept beyond the contract, and ones that stay away.

A required column that is missing stops its file instead (matching); a value of another type is for the quarantine.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pandas as pd

from dagster_project.lib.common.progress import count_of, say
from dagster_project.lib.ingestion.bookkeeping.ledger import Arrival
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.loading.loader import FileToLoad
from dagster_project.lib.ingestion.reading.formats import format_of, own_columns
from dagster_project.lib.ingestion.reading.layouts import Layout
from dagster_project.lib.ingestion.reading.matching import match_columns
from dagster_project.lib.ingestion.reading.unpivot import taken_columns

NEW, MISSING = "new", "missing"


def columns_of(
    connection: duckdb.DuckDBPyConnection, feed: Feed, layout_columns: Sequence[str], low: int
) -> list[str]:
    """What the files of a group call their columns; of lines that have their own, those beyond the contract.

    low: the smallest number among the group's files.
    """
    if layout_columns:
        return list(layout_columns)
    rows = connection.execute(
        f"select distinct unnest(json_keys(_extra)) from {feed.raw_table} where _file_id >= ? and _extra is not null",
        [low],
    ).fetchall()
    return sorted(name for (name,) in rows)


def record_changes(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    layout: Layout,
    item: FileToLoad,
    columns: Sequence[str],
    arrival: Arrival,
) -> None:
    """Enter and tell what differs between these columns and those of the feed's files before.

    layout: of the files; one without columns is of JSON lines, which list only what they have, so that nothing is
    missing there.
    """
    export = format_of(feed.contract)
    known = list(match_columns(layout, feed)) if export is None else own_columns(export, layout, feed)
    if feed.contract.unpivot is not None:
        known += taken_columns(layout, known, feed.contract.unpivot)
    before = _columns_before(connection, feed, item.file_id)
    usual = before if before is not None else set(known)
    lowered = {name.lower() for name in columns}
    changes = [(name, NEW) for name in columns if name not in usual and name not in known]
    if layout.columns and before is not None:
        changes += [(name, MISSING) for name in sorted(before) if name.lower() not in lowered]
    if not changes:
        return
    frame = pd.DataFrame(changes, columns=["column_name", "change"])
    connection.register("changes", frame)
    connection.execute(
        """
        insert into quality.schema_changes
        select ?, ?, column_name, change, ?, ?, ? from changes
        """,
        [feed.source, feed.name, item.file.relative_path, arrival.at, arrival.run_id],
    )
    connection.unregister("changes")
    new = [name for name, change in changes if change == NEW]
    gone = [name for name, change in changes if change == MISSING]
    told = [f"{count_of(len(new), 'column')} beyond the contract kept in _extra"] if new else []
    told += [f"{count_of(len(gone), 'column')} of earlier files missing"] if gone else []
    say("ingestion", f"{item.file.relative_path}: {' and '.join(told)}; see quality.schema_changes")


def _columns_before(connection: duckdb.DuckDBPyConnection, feed: Feed, file_id: int) -> set[str] | None:
    """Of the feed's latest file before this one; None where there is none."""
    row = connection.execute(
        """
        select columns from quality.ingested_files
        where source = ? and source_table = ? and file_id < ? and status in ('loaded', 'replaced') and len(columns) > 0
        order by file_id desc limit 1
        """,
        [feed.source, feed.name, file_id],
    ).fetchone()
    return set(row[0]) if row else None
