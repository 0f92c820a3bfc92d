"""Judging single records of CSV files again, by their text: those that the fast way did not take.

They are written into one small file, which the loader reads like any other; each keeps the file and the place that it
came from.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd

from dagster_project.lib.ingestion import loader
from dagster_project.lib.ingestion.bulk import Inserted, Refusal
from dagster_project.lib.ingestion.contracts import Dialect
from dagster_project.lib.ingestion.feeds import Feed
from dagster_project.lib.ingestion.headers import open_content
from dagster_project.lib.ingestion.layouts import Layout
from dagster_project.lib.ingestion.loader import FileCounts, FileToLoad
from dagster_project.lib.ingestion.records import find_records
from dagster_project.lib.ingestion.transcode import transcode


@dataclass(frozen=True)
class Doubtful:
    """A record that the fast way did not load."""

    file_id: int
    row_number: int
    text: str
    fault: str | None
    """DuckDB's name of what is wrong with its structure; None where its values have to be judged."""
    is_gap: bool
    """Whether the reader did not take it, so that it stands in no raw table."""


def collect_doubtful(
    files: Sequence[FileToLoad],
    refusals: Sequence[Refusal],
    inserted: dict[int, Inserted],
    dialect: Dialect,
) -> list[Doubtful]:
    """Find the place, and where it is needed the text, of every record that was refused or flagged."""
    doubtful = []
    for item in files:
        refused = {refusal.line: refusal for refusal in refusals if refusal.file_id == item.file_id}
        imperfect = inserted[item.file_id].imperfect if item.file_id in inserted else ()
        if not refused and not imperfect:
            continue
        with open_content(item.file) as stream:
            found = find_records(stream, dialect, list(refused), imperfect)
        for line, refusal in refused.items():
            place, text = found.refused[line]
            fault = None if refusal.kind == "cast" else refusal.kind
            doubtful.append(Doubtful(item.file_id, place, refusal.hidden_text or text, fault, is_gap=True))
        for place, text in found.accepted.values():
            doubtful.append(Doubtful(item.file_id, place, text, None, is_gap=False))
    return doubtful


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


def gaps_of(doubtful: Sequence[Doubtful]) -> dict[int, list[int]]:
    """file_id -> places of the records that the reader did not take."""
    gaps: dict[int, list[int]] = {}
    for record in doubtful:
        if record.is_gap:
            gaps.setdefault(record.file_id, []).append(record.row_number)
    return gaps


def count_rows(
    connection: duckdb.DuckDBPyConnection,
    files: Sequence[FileToLoad],
    doubtful: Sequence[Doubtful],
    inserted: dict[int, Inserted],
) -> dict[int, FileCounts]:
    """Rows in, loaded and rejected for each file, by file_id; after stage_doubtful where anything is doubtful."""
    gaps = gaps_of(doubtful)
    rejected: dict[int, int] = {}
    if doubtful:
        rejected = dict(
            connection.execute("""
                select file_id, count(*) from (
                    select file_id from numbered where is_rejected union all select file_id from structural
                ) group by file_id
            """).fetchall()
        )
    counts = {}
    for item in files:
        read = inserted[item.file_id].rows if item.file_id in inserted else 0
        rows_in, out = read + len(gaps.get(item.file_id, ())), rejected.get(item.file_id, 0)
        counts[item.file_id] = FileCounts(rows_in, rows_in - out, out)
    return counts


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
