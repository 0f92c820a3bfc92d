"""The fast way for CSV: read, judged and put into the raw table by one statement a file.

What the reader refuses and what the judgement flags is a small rest, which is read again by the loader, slowly: the
same judgement decides there, so both ways load the same rows. Places behind a refused line are for numbering.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count

import duckdb

from dagster_project.lib.common import warehouse
from dagster_project.lib.common.sql import path_list, quote_identifier, quote_literal
from dagster_project.lib.ingestion.arrival.headers import FileFaultError
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.loading.loader import FileToLoad
from dagster_project.lib.ingestion.loading.tables import LINEAGE
from dagster_project.lib.ingestion.reading.judging import LINE_REASON, judge
from dagster_project.lib.ingestion.reading.layouts import Layout
from dagster_project.lib.ingestion.reading.matching import match_columns
from dagster_project.lib.ingestion.reading.readers import extra_columns, read_csv


@dataclass(frozen=True)
class Refusal:
    """A line that the reader did not take."""

    file_id: int
    line: int
    """As DuckDB counts: the header is 1, blank lines count, newlines in quotes do not."""
    kind: str
    """DuckDB's name of the error in lower case."""
    text: str
    """As DuckDB gives it: not always whole."""
    hidden_text: str | None = None
    """What stood there, where the line only stands in for another one."""


class MiscountError(FileFaultError):
    """The reader and the file's own bytes tell of different records."""

    def __init__(self) -> None:
        super().__init__(
            "its records cannot be told apart for certain, as its newlines and quotes are of several kinds; save it"
            " with one kind of newline, quote fields that hold newlines, and deliver it again"
        )


def can_insert(layout: Layout, feed: Feed) -> bool:
    """Whether this way is open: CSV as it stands."""
    return layout.container == "csv" and feed.contract.format == "canonical" and feed.contract.unpivot is None


def insert_bulk(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    files: Sequence[FileToLoad],
    feed: Feed,
    arrived_at: datetime,
) -> list[Refusal]:
    """Insert every line that the reader takes, and return those that it did not.

    `_row_number` is the row's place among those of its file that the reader took, from 1; negative for a row that has
    to be judged again by its text.
    Raises duckdb.Error where a file cannot be read to its end; rows of others may be in the table then.
    """

    def insert(share: Sequence[FileToLoad], number: int) -> list[Refusal]:
        rejects = f"reject_{number}"
        with warehouse.connect_again(connection) as another:
            with warehouse.transaction(another):
                for item in share:
                    another.execute(_insertion(layout, item, feed, arrived_at, rejects))
            return _read_refusals(another, share, rejects)

    with warehouse.one_thread_each(connection) as threads, ThreadPoolExecutor(threads) as pool:
        return list(chain.from_iterable(pool.map(insert, _share(files, threads), count())))


def _share(files: Sequence[FileToLoad], most: int) -> list[list[FileToLoad]]:
    """The files in at most so many runs of neighbours, of about the same size."""
    total = sum(item.file.size for item in files)
    shares: list[list[FileToLoad]] = [[]]
    size = 0
    for item in files:
        if shares[-1] and size + item.file.size / 2 > total * len(shares) / most:
            shares.append([])
        shares[-1].append(item)
        size += item.file.size
    return shares


def _insertion(layout: Layout, item: FileToLoad, feed: Feed, arrived_at: datetime, rejects: str) -> str:
    contract = feed.contract
    matched = match_columns(layout, feed)
    carried = [
        f"{extra_columns(layout, list(matched))} as _extra",
        f"null::varchar as {quote_identifier(LINE_REASON)}",
        # Rows of a parallel insert do not always lie in the order of their file: only a running number is safe.
        "row_number() over () as place",
    ]
    texts = {canonical: quote_identifier(theirs) for theirs, canonical in matched.items()}
    columns = [quote_identifier(column.name) for column in contract.columns]
    relation = read_csv(path_list([item.file.path]), layout, feed, rejects)
    # No line is longer than a text may be: those were taken out of the file's copy.
    judged = judge(relation, texts, contract, arrived_at, carried, has_long_texts=False)
    return f"""
        insert into {feed.raw_table} ({", ".join([*columns, *LINEAGE])})
        select {", ".join(columns)}, {quote_literal(feed.folder)}, {item.file_id},
            (case when is_imperfect then -place else place end)::integer, _extra
        from ({judged})
    """


def _read_refusals(
    connection: duckdb.DuckDBPyConnection, files: Sequence[FileToLoad], rejects: str
) -> list[Refusal]:
    """One for each line; an open quote, the last in the alphabet, says more than the fields that it takes in."""
    ids = {str(item.file.path): item.file_id for item in files}
    rows = connection.execute(f"""
        select s.file_path, e.line, max(lower(e.error_type::varchar)),
            ltrim(any_value(e.csv_line), chr(10) || chr(13))
        from {rejects}_errors e join {rejects}_scans s using (scan_id, file_id)
        group by s.file_path, e.line order by s.file_path, e.line
    """).fetchall()
    return [Refusal(ids[path], *rest) for path, *rest in rows]


@dataclass(frozen=True)
class Inserted:
    """What insert_bulk left of one file in the raw table."""

    rows: int
    imperfect: tuple[int, ...]
    """Places of rows to judge again, among the rows of the file that the reader took, from 1."""


def look_up_inserted(
    connection: duckdb.DuckDBPyConnection, feed: Feed, files: Sequence[FileToLoad]
) -> dict[int, Inserted]:
    """By file_id; a file of which nothing was taken is not in it."""
    rows = connection.execute(
        f"""
        select _file_id, count(*), list(-_row_number order by -_row_number) filter (_row_number < 0)
        from {feed.raw_table} where _file_id between ? and ? group by _file_id
        """,
        [files[0].file_id, files[-1].file_id],
    ).fetchall()
    return {file_id: Inserted(count, tuple(imperfect or ())) for file_id, count, imperfect in rows}
