"""Loading one group of files as text, each value judged and kept at hand for the quarantine.

rows in = rows loaded + rows rejected for every file: each row of a file ends either in its raw table or
in quality.rejected_rows. Which files to load is the ledger's question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd

from dagster_project.lib.common.sql import quote_identifier, quote_literal
from dagster_project.lib.ingestion.arrival.landing import LandedFile
from dagster_project.lib.ingestion.contracts.contract import Dialect
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.loading.tables import LINEAGE
from dagster_project.lib.ingestion.reading.json_lines import register_schema
from dagster_project.lib.ingestion.reading.judging import LINE_REASON, can_misfit, judge, misfit_of, text_of
from dagster_project.lib.ingestion.reading.layouts import Layout
from dagster_project.lib.ingestion.reading.matching import match_columns
from dagster_project.lib.ingestion.reading.readers import FILE_COLUMN, build_source

NO_REJECTS = """
    select null::varchar as file_path, null::bigint as line, null as reason, null as raw_row where false"""
REJECTS = """
    select s.file_path, e.line, lower(e.error_type::varchar) as reason, e.csv_line as raw_row
    from reject_errors e join reject_scans s using (scan_id, file_id)"""


@dataclass(frozen=True)
class FileToLoad:
    """A file and the number that the ledger gave it."""

    file_id: int
    file: LandedFile

    def copied_to(self, path: Path) -> FileToLoad:
        """The same file, to be read from a plain copy of it."""
        return FileToLoad(self.file_id, replace(self.file, path=path, compression="none"))


@dataclass(frozen=True)
class FileCounts:
    """What became of the rows of one file."""

    rows_in: int
    rows_loaded: int
    rows_rejected: int

    @property
    def is_all_rejected(self) -> bool:
        """Whether it had rows and none of them was good."""
        return self.rows_in > 0 and self.rows_loaded == 0


def clear_rejects(connection: duckdb.DuckDBPyConnection) -> None:
    """DuckDB adds to its tables of rejects; each statement begins with none."""
    for table in ("reject_errors", "reject_scans"):
        connection.execute(f"drop table if exists temp.{table}")


def stage_rows(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    files: Sequence[FileToLoad],
    feed: Feed,
    arrived_at: datetime,
) -> None:
    """Read and judge every row of the group into the temporary table `incoming`.

    Raises duckdb.Error where a file cannot be read to its end.
    """
    matched = match_columns(layout, feed)
    known = [name for name, _ in sorted(matched.items())]
    source = build_source(layout, [item.file for item in files], feed, known)
    if feed.json_schema is not None:
        register_schema(connection, feed.json_schema)
    contract = feed.contract
    if layout.container == "parquet":
        contract = contract.model_copy(update={"dialect": Dialect()})
    if layout.container == "jsonl":
        # JSON has numbers of its own; a comma that the contract declares is that of the feed's CSV.
        contract = contract.model_copy(
            update={"dialect": contract.dialect.model_copy(update={"decimal": "."})}
        )
    texts = {ours: source.texts[theirs] for theirs, ours in matched.items() if theirs in source.texts}
    carried = [
        f"{quote_identifier(FILE_COLUMN)} as filename",
        f"{source.extra} as _extra",
        f"case when {source.malformed} then {source.fault} end as {quote_identifier(LINE_REASON)}",
        f"{source.record} as record_text",
    ]
    kept = [quote_identifier(column.name) for column in contract.columns]
    for column in contract.columns:
        if can_misfit(column):
            flag, text = misfit_of(column), text_of(column)
            kept += [flag, f"case when {flag} then {text} end as {text}"]
    clear_rejects(connection)
    connection.execute("drop table if exists temp.incoming")
    connection.execute(f"""
        create temp table incoming as
        select {", ".join(kept)}, filename, _extra, {quote_identifier(LINE_REASON)}, is_rejected, is_imperfect,
            case when is_rejected then record_text end as record_text
        from ({judge(source.relation, texts, contract, arrived_at, carried)})
    """)


def number_rows(
    connection: duckdb.DuckDBPyConnection, files: Sequence[FileToLoad], *, header_lines: int
) -> None:
    """Make `numbered`: each row of `incoming` with its file and its place in it, counted from 1 without the header.

    Rows keep the order of their files, so a row's place is its rowid less its file's first. Lines that the reader
    itself refused are in `structural` with their own places, and push the places behind them on.
    """
    batch_files = pd.DataFrame(
        [(str(item.file.path), item.file_id) for item in files], columns=["filename", "file_id"]
    )
    connection.register("files_of_batch", batch_files)
    connection.execute("""
        create or replace temp table batch_files as
        select filename, file_id::integer as file_id from files_of_batch""")
    connection.unregister("files_of_batch")
    connection.execute(f"""
        create or replace temp table structural as
        select b.file_id, line - {header_lines} as row_number, min(reason) as reason, min(raw_row) as raw_row,
            row_number() over (partition by b.file_id order by line) as ordinal
        from ({refused_lines(connection)}) r join batch_files b on b.filename = r.file_path
        group by b.file_id, line
    """)
    connection.execute("""
        create or replace temp table first_rows as
        select filename, min(rowid) as first_row from incoming group by filename
    """)
    shift = ""
    if connection.execute("select count(*) from structural").fetchone() != (0,):
        shift = """ + (select count(*) from structural s
            where s.file_id = b.file_id and s.row_number - s.ordinal < i.rowid - f.first_row + 1)"""
    connection.execute(f"""
        create or replace temp view numbered as
        select i.*, b.file_id, (i.rowid - f.first_row + 1{shift})::integer as row_number
        from incoming i join first_rows f using (filename) join batch_files b using (filename)
    """)


def refused_lines(connection: duckdb.DuckDBPyConnection) -> str:
    """A query of what the reader of the last statement refused; only the reader of text has such tables."""
    (tables,) = connection.execute(
        "select count(*) from information_schema.tables where table_name = 'reject_errors'"
    ).fetchone() or (0,)
    return REJECTS if tables else NO_REJECTS


def insert_rows(connection: duckdb.DuckDBPyConnection, feed: Feed) -> None:
    """Move what was judged good from `numbered` into the raw table."""
    columns = [quote_identifier(column.name) for column in feed.contract.columns]
    connection.execute(f"""
        insert into {feed.raw_table} ({", ".join([*columns, *LINEAGE])})
        select {", ".join(columns)}, {quote_literal(feed.folder)}, file_id, row_number, _extra
        from numbered where not is_rejected
    """)


def count_rows(connection: duckdb.DuckDBPyConnection) -> dict[int, FileCounts]:
    """Rows in, loaded and rejected for each file of the group, by file_id."""
    rows = connection.execute("""
        select b.file_id, count(i.filename), count(i.filename) filter (i.is_rejected), any_value(coalesce(s.refused, 0))
        from batch_files b
        left join incoming i using (filename)
        left join (select file_id, count(*) as refused from structural group by file_id) s using (file_id)
        group by b.file_id
    """).fetchall()
    counts = {file: FileCounts(read + out, read - bad, bad + out) for file, read, bad, out in rows}
    staged = connection.execute("select count(*) from incoming").fetchone()
    known = sum(read for _, read, _, _ in rows)
    if staged != (known,):
        raise RuntimeError(f"{staged} rows were read, {known} of them from files that were asked for")
    return counts


def drop_staged(connection: duckdb.DuckDBPyConnection) -> None:
    """Give back the memory of a group that is loaded."""
    connection.execute("drop view temp.numbered")
    connection.execute("drop table temp.incoming")
