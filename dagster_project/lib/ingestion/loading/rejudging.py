"""Judging single records of CSV files again, with their text at hand: those in which the fast way found something.

They are written into one small file, which the loader reads like any other; each keeps the file and the place that it
came from.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd

from dagster_project.lib.common import warehouse
from dagster_project.lib.ingestion.arrival.transcode import transcode
from dagster_project.lib.ingestion.contracts.contract import Dialect
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.loading import loader
from dagster_project.lib.ingestion.loading.doubts import Doubtful
from dagster_project.lib.ingestion.loading.loader import FileCounts, FileToLoad
from dagster_project.lib.ingestion.reading.layouts import Layout


def stage_doubtful(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    doubtful: Sequence[Doubtful],
    feed: Feed,
    arrived_at: datetime,
    template: FileToLoad,
    folder: Path,
) -> None:
    """Make `incoming`, `numbered` and `structural` of these records, as the loader does of whole files.

    folder: where the small file may lie, readable by its owner only. template: any file of the group.
    """
    to_judge = [record for record in doubtful if record.fault is None]
    item = _write(to_judge, layout, feed.contract.dialect, template, folder)
    # One thread alone surely leaves the rows in the order of the records.
    with warehouse.one_thread_each(connection):
        loader.stage_rows(connection, layout, [item], feed, arrived_at)
    item.file.path.unlink()
    _register(connection, "judged_records", to_judge)
    _register(connection, "faulty_records", [record for record in doubtful if record.fault is not None])
    connection.execute(f"""
        create or replace temp table refused_again as
        select line - 1 as ordinal, min(reason) as reason from ({loader.refused_lines(connection)}) group by line
    """)
    connection.execute("""
        create or replace temp table structural as
        select file_id::integer as file_id, row_number::integer as row_number, fault::varchar as reason,
            raw_row::varchar as raw_row
        from faulty_records
        union all
        select j.file_id, j.row_number, r.reason, j.raw_row
        from refused_again r join judged_records j using (ordinal)
    """)
    connection.execute("""
        create or replace temp table taken_again as
        select file_id::integer as file_id, row_number::integer as row_number, raw_row::varchar as raw_row,
            row_number() over (order by ordinal) - 1 as staged_row
        from judged_records where ordinal not in (select ordinal from refused_again)
    """)
    connection.execute("""
        create or replace temp view numbered as
        select i.* exclude (record_text), t.raw_row as record_text, t.file_id, t.row_number
        from incoming i join taken_again t on t.staged_row = i.rowid
    """)
    for name in ("judged_records", "faulty_records"):
        connection.unregister(name)


def remove_rejected(connection: duckdb.DuckDBPyConnection, feed: Feed) -> None:
    """Take what the judgement rejects out of the raw table, once its rows have their places."""
    connection.execute(f"""
        delete from {feed.raw_table} as r using numbered n
        where n.is_rejected and r._file_id = n.file_id and r._row_number = n.row_number
    """)


def count_rows(
    connection: duckdb.DuckDBPyConnection,
    rows_in: dict[int, int],
    doubtful: Sequence[Doubtful],
) -> dict[int, FileCounts]:
    """Rows in, loaded and rejected for each file, by file_id; after stage_doubtful where anything is doubtful."""
    rejected: dict[int, int] = {}
    if doubtful:
        rejected = dict(
            connection.execute("""
                select file_id, count(*) from (
                    select file_id from numbered where is_rejected union all select file_id from structural
                ) group by file_id
            """).fetchall()
        )
    return {
        file_id: FileCounts(rows, rows - rejected.get(file_id, 0), rejected.get(file_id, 0))
        for file_id, rows in rows_in.items()
    }


def _write(
    records: Sequence[Doubtful], layout: Layout, dialect: Dialect, template: FileToLoad, folder: Path
) -> FileToLoad:
    """One file in UTF-8 with one kind of newline, whatever the files had that the records are from."""
    header = io.StringIO()
    csv.writer(header, delimiter=layout.delimiter, quotechar=dialect.quote, lineterminator="\n").writerow(
        layout.columns
    )
    path = folder / "doubtful.csv"
    with path.open("w", encoding="utf-8", errors="replace", newline="") as stream:
        stream.write(header.getvalue())
        stream.writelines(f"{record.text}\n" for record in records)
    file = replace(template.file, path=path, compression="none", content_hash="doubtful records")
    copy = transcode(file, dialect.model_copy(update={"encoding": "utf-8"}), folder)
    return FileToLoad(template.file_id, replace(file, path=copy))


def _register(connection: duckdb.DuckDBPyConnection, name: str, records: Sequence[Doubtful]) -> None:
    frame = pd.DataFrame(
        [
            (ordinal, record.file_id, record.row_number, record.text, record.fault)
            for ordinal, record in enumerate(records, 1)
        ],
        columns=["ordinal", "file_id", "row_number", "raw_row", "fault"],
    )
    connection.register(name, frame)
