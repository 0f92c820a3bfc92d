"""Rows and values that did not fit, with file, place, column, reason and raw text, for people to mend and replay.

Reasons never hold a value of the row; only raw_row and raw_value do, and they stay in the warehouse.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from dagster_project.lib.common.sql import quote_identifier, quote_literal
from dagster_project.lib.ingestion.contracts import Column, Feed
from dagster_project.lib.ingestion.loader import can_fail, rejects

STRUCTURAL_REASONS = {
    "too many columns": "more fields than the header names; quote fields that hold the delimiter",
    "missing columns": "fewer fields than the header names; complete the row",
    "unquoted value": "a quote that is not closed; close it or double quotes inside a field",
    "line size over maximum": "the line is too long; shorten the field",
    "invalid encoding": "not UTF-8; save the file as UTF-8, or name its encoding under dialect",
}


def quarantine_rows(connection: duckdb.DuckDBPyConnection, feed: Feed, run_id: str) -> int:
    """Write the rejected rows of the group to quality.rejected_rows and its nulled values to quality.nulled_values.

    Returns how many values were nulled.
    """
    _insert_structural(connection, feed, run_id)
    columns = [column for column in feed.contract.columns if can_fail(column) or column.required]
    nulled = 0
    for column in _columns_with_misfits(connection, columns):
        if rejects(column):
            _insert(connection, feed, run_id, _rejections(column))
        else:
            nulled += _insert(connection, feed, run_id, _nulled(column))
    malformed = _Finding("rejected_rows", "null", "reason_of_line", "record_text", "is_malformed")
    _insert(connection, feed, run_id, malformed)
    return nulled


@dataclass(frozen=True)
class _Finding:
    """What goes into the quarantine, as SQL over `numbered`."""

    table: str
    column_name: str
    reason: str
    raw: str
    where: str


def _columns_with_misfits(connection: duckdb.DuckDBPyConnection, columns: list[Column]) -> list[Column]:
    """One scan over the flags, so that a clean group costs one look and no more."""
    if not columns:
        return []
    counts = connection.execute(
        f"select {', '.join(f'count(*) filter ({_misfit(column)})' for column in columns)} from incoming"
    ).fetchone()
    return [column for column, count in zip(columns, counts or (), strict=True) if count]


def _misfit(column: Column) -> str:
    conditions = [quote_identifier(f"misfit of {column.name}")] if can_fail(column) else []
    if column.required:
        conditions.append(f"{quote_identifier(column.name)} is null")
    return f"(not is_malformed and ({' or '.join(conditions)}))"


def _rejections(column: Column) -> _Finding:
    text = quote_identifier(f"text of {column.name}")
    reason = (
        f"case when {text} is null then 'required and missing; fill it in'"
        f" else {quote_literal(describe_misfit(column))} end"
    )
    return _Finding("rejected_rows", quote_literal(column.name), reason, "record_text", _misfit(column))


def _nulled(column: Column) -> _Finding:
    return _Finding(
        "nulled_values",
        quote_literal(column.name),
        quote_literal(describe_misfit(column)),
        quote_identifier(f"text of {column.name}"),
        f"{_misfit(column)} and not is_rejected",
    )


def _insert(connection: duckdb.DuckDBPyConnection, feed: Feed, run_id: str, finding: _Finding) -> int:
    """Returns how many rows that made."""
    (rows,) = connection.execute(
        f"""
        insert into quality.{finding.table}
        select f.file_path, f.content_hash, ?, ?, n.row_number, {finding.column_name}, {finding.reason},
            {finding.raw}, ?
        from numbered n
        join (select file_id, file_path, content_hash from quality.ingested_files) f using (file_id)
        where {finding.where}
        """,
        [feed.source, feed.name, run_id],
    ).fetchone() or (0,)
    return rows


def _insert_structural(connection: duckdb.DuckDBPyConnection, feed: Feed, run_id: str) -> None:
    reasons = " ".join(
        f"when {quote_literal(kind)} then {quote_literal(text)}" for kind, text in STRUCTURAL_REASONS.items()
    )
    connection.execute(
        f"""
        insert into quality.rejected_rows
        select f.file_path, f.content_hash, ?, ?, s.row_number, null,
            case s.reason {reasons} else s.reason end, s.raw_row, ?
        from structural s join quality.ingested_files f using (file_id)
        """,
        [feed.source, feed.name, run_id],
    )


def describe_misfit(column: Column) -> str:
    """What the column wants, as a reason that tells what to do."""
    wants = {
        "varchar": "a text",
        "double": "a number",
        "integer": "a whole number",
        "timestamp": "a time such as 2026-01-31T23:59:59Z",
        "date": "a date such as 2026-01-31",
        "boolean": "true or false",
        "json": "valid JSON",
    }[column.type]
    rules = [f"at least {column.min:g}"] if column.min is not None else []
    rules += [f"at most {column.max:g}"] if column.max is not None else []
    rules += [f"one of {', '.join(map(str, column.values))}"] if column.values is not None else []
    rules += [f"matching {column.pattern}"] if column.pattern is not None else []
    return f"not {' and '.join([wants, *rules])}; correct the value"
