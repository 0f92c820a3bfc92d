"""The fast way for CSV: typed by DuckDB's reader, judged in the same statement, straight into the raw table.

What the reader refuses and what the judgement flags is a small rest, which is read again by the loader, as text and
slowly: the same judgement decides there, so both ways load the same rows. Which place a row has in its file is for
numbering.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from dagster_project.lib.common.sql import path_list, quote_identifier, quote_literal
from dagster_project.lib.ingestion.contracts import Column, Contract
from dagster_project.lib.ingestion.feeds import Feed
from dagster_project.lib.ingestion.judging import LINE_REASON, judge
from dagster_project.lib.ingestion.layouts import Layout
from dagster_project.lib.ingestion.loader import FileToLoad, clear_rejects
from dagster_project.lib.ingestion.matching import match_columns
from dagster_project.lib.ingestion.readers import extra_columns, read_csv
from dagster_project.lib.ingestion.tables import LINEAGE


@dataclass(frozen=True)
class Refusal:
    """A line that the reader did not take."""

    file_id: int
    line: int
    """As DuckDB counts: the header is 1, blank lines count, newlines in quotes do not."""
    kind: str
    """DuckDB's name of the error in lower case; `cast` where only a value did not fit its type."""
    text: str
    """As DuckDB gives it: not always whole."""
    hidden_text: str | None = None
    """What stood there, where the line only stands in for another one."""


def can_insert(layout: Layout, feed: Feed) -> bool:
    """Whether this way is open: CSV as it stands, and no column that hides DuckDB's own number of the file."""
    is_canonical = feed.contract.format == "canonical" and feed.contract.unpivot is None
    is_plain = layout.container == "csv" and is_canonical
    return is_plain and "file_index" not in (name.lower() for name in layout.columns)


def insert_bulk(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    files: Sequence[FileToLoad],
    feed: Feed,
    arrived_at: datetime,
) -> list[Refusal]:
    """Insert every line that the reader takes, and return those that it did not.

    `_row_number` is the row's place in the group, negative for a row that has to be judged again by its text.
    Raises duckdb.Error where a file cannot be read to its end.
    """
    contract = feed.contract
    matched = match_columns(layout, feed)
    ours = {canonical: theirs for theirs, canonical in matched.items()}
    numbers = {column.name for column in contract.columns if _is_read_as_number(column, contract)}
    relation = read_csv(
        path_list(item.file.path for item in files),
        layout,
        feed,
        {ours[name] for name in numbers if name in ours},
    )
    carried = [
        f"{_file_number(files)} as file_id",
        f"{extra_columns(layout, list(matched))} as _extra",
        f"null::varchar as {quote_identifier(LINE_REASON)}",
        # Rows of a parallel insert do not always lie in the order of their file: only a running number is safe.
        "row_number() over () as place_in_group",
    ]
    texts = {name: quote_identifier(theirs) for name, theirs in ours.items()}
    columns = [quote_identifier(column.name) for column in contract.columns]
    # No line is longer than a text may be: those were taken out of the file's copy.
    judged = judge(relation, texts, contract, arrived_at, carried, numbers & set(ours), has_long_texts=False)
    clear_rejects(connection)
    connection.execute(f"""
        insert into {feed.raw_table} ({", ".join([*columns, *LINEAGE])})
        select {", ".join(columns)}, {quote_literal(feed.folder)}, file_id,
            (case when is_imperfect then -place_in_group else place_in_group end)::integer, _extra
        from ({judged})
    """)
    return _read_refusals(connection, files)


def _file_number(files: Sequence[FileToLoad]) -> str:
    """The ledger's number of a row's file, out of DuckDB's; looked up only where the group has gaps."""
    numbers = [item.file_id for item in files]
    if numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"file_index::integer + {numbers[0]}"
    return f"([{', '.join(map(str, numbers))}])[file_index::bigint + 1]"


def _is_read_as_number(column: Column, contract: Contract) -> bool:
    return column.type in ("double", "integer") and column.keep == "plain" and contract.dialect.decimal == "."


def _read_refusals(connection: duckdb.DuckDBPyConnection, files: Sequence[FileToLoad]) -> list[Refusal]:
    """One for each line; an error of its structure says more than one of a value, and an open quote, the last in the
    alphabet, more than the fields that it takes in.
    """
    ids = {str(item.file.path): item.file_id for item in files}
    rows = connection.execute("""
        select s.file_path, e.line,
            coalesce(max(lower(e.error_type::varchar)) filter (e.error_type::varchar <> 'CAST'), 'cast'),
            ltrim(any_value(e.csv_line), chr(10) || chr(13))
        from reject_errors e join reject_scans s using (scan_id, file_id)
        group by s.file_path, e.line order by s.file_path, e.line
    """).fetchall()
    return [Refusal(ids[path], *rest) for path, *rest in rows]


@dataclass(frozen=True)
class Inserted:
    """What insert_bulk left of one file in the raw table."""

    first_row: int
    """Its place in the group."""
    rows: int
    imperfect: tuple[int, ...]
    """Places of rows to judge again, among the rows of the file that the reader took, from 1."""


def look_up_inserted(
    connection: duckdb.DuckDBPyConnection, feed: Feed, files: Sequence[FileToLoad]
) -> dict[int, Inserted]:
    """By file_id; a file of which nothing was taken is not in it."""
    low, high = files[0].file_id, files[-1].file_id
    rows = connection.execute(
        f"""
        select _file_id, min(abs(_row_number)), count(*),
            list(-_row_number order by -_row_number) filter (_row_number < 0)
        from {feed.raw_table} where _file_id between ? and ? group by _file_id
        """,
        [low, high],
    ).fetchall()
    return {
        file_id: Inserted(first, count, tuple(row - first + 1 for row in imperfect or ()))
        for file_id, first, count, imperfect in rows
    }
