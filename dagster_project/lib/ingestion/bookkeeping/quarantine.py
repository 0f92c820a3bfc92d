"""Rows and values that did not fit, with file, place, column, reason and raw text, for people to mend and replay.

Reasons never hold a value of the row; only raw_row and raw_value do, and they stay in the warehouse. Where a contract
hashes or drops columns, no raw text is kept either: the file and the place lead back to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from dagster_project.lib.common.sql import quote_identifier, quote_literal
from dagster_project.lib.ingestion.bookkeeping.ledger import Arrival
from dagster_project.lib.ingestion.contracts.contract import Column, Contract
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.reading.judging import (
    LINE_REASON,
    MAX_FIELD_BYTES,
    can_misfit,
    can_reject,
    is_missing,
    is_too_late,
    is_too_long,
    misfit_of,
    text_of,
)

STRUCTURAL_REASONS = {
    "too many columns": "more fields than the header names; quote fields that hold the delimiter",
    "missing columns": "fewer fields than the header names; complete the row",
    "unquoted value": "a quote that is not closed; close it or double quotes inside a field",
    "line size over maximum": "the line is too long; shorten the field",
    "invalid encoding": "not UTF-8; save the file as UTF-8, or name its encoding under dialect",
    "nul byte": "a NUL byte, which no text holds; take it out or export the row again",
}
_COLUMNS = "file_path, content_hash, source, source_table, row_number, column_name, reason"
_RAW = {"rejected_rows": "raw_row", "nulled_values": "raw_value"}
_EXAMPLE = datetime(2026, 1, 31, 23, 59, 59)
_MISSING = "required and missing; fill it in"
_TOO_LONG = f"a field is longer than {MAX_FIELD_BYTES:,} bytes; shorten it"


@dataclass(frozen=True)
class _Finding:
    """What goes into the quarantine, as SQL over `numbered`."""

    table: str
    column_name: str
    reason: str
    raw: str
    where: str


def quarantine_rows(connection: duckdb.DuckDBPyConnection, feed: Feed, arrival: Arrival) -> int:
    """Write the rejected rows of the group to quality.rejected_rows and its nulled values to quality.nulled_values.

    Returns how many values were nulled.
    """
    _insert_structural(connection, feed, arrival.run_id)
    nulled = 0
    for finding in _made(connection, _findings(feed, arrival)):
        rows = _insert(connection, feed, arrival.run_id, finding)
        nulled += rows if finding.table == "nulled_values" else 0
    return nulled


def _findings(feed: Feed, arrival: Arrival) -> list[_Finding]:
    """Everything that can be wrong with a row of this feed."""
    contract = feed.contract
    reason = quote_identifier(LINE_REASON)
    raw_row = "record_text" if keeps_text(feed) else "null"
    findings = [_Finding("rejected_rows", "null", reason, raw_row, f"{reason} is not null")]
    fine = f"{reason} is null and "
    findings.append(
        _Finding("rejected_rows", "null", quote_literal(_TOO_LONG), raw_row, fine + is_too_long(contract))
    )
    for column in contract.columns:
        name = quote_literal(column.name)
        if column.required:
            missing = f"{fine}{is_missing(column)}"
            missing += f" and not {misfit_of(column)}" if can_misfit(column) else ""
            findings.append(_Finding("rejected_rows", name, quote_literal(_MISSING), raw_row, missing))
        if can_misfit(column):
            text = text_of(column) if column.keep == "plain" else "null"
            where = fine + misfit_of(column)
            told = quote_literal(describe_misfit(column, contract))
            findings.append(
                _Finding("rejected_rows", name, told, raw_row, where)
                if can_reject(column)
                else _Finding("nulled_values", name, told, text, f"{where} and not is_rejected")
            )
    if late := is_too_late(contract, arrival.at):
        told = (
            f"more than {contract.clock_skew_minutes:g} minutes after the arrival of its file; correct the clock that"
            " wrote it, or `time_zone:` in the contract"
        )
        column = quote_literal(contract.event_time or "")
        findings.append(
            _Finding("rejected_rows", column, quote_literal(told), raw_row, f"{fine}coalesce({late}, false)")
        )
    return findings


def keeps_text(feed: Feed) -> bool:
    """Whether the raw text of a row may be kept: not where some of it must not reach the warehouse."""
    return all(column.keep == "plain" for column in feed.contract.columns)


def _made(connection: duckdb.DuckDBPyConnection, findings: list[_Finding]) -> list[_Finding]:
    """Those with rows. One scan over all, so that a clean group costs one look and no more."""
    counts = connection.execute(
        f"select {', '.join(f'count(*) filter ({finding.where})' for finding in findings)} from incoming"
        " where is_imperfect"
    ).fetchone()
    return [finding for finding, count in zip(findings, counts or (), strict=True) if count]


def _insert(connection: duckdb.DuckDBPyConnection, feed: Feed, run_id: str, finding: _Finding) -> int:
    """Returns how many rows that made."""
    (rows,) = connection.execute(
        f"""
        insert into quality.{finding.table} ({_COLUMNS}, {_RAW[finding.table]}, run_id)
        select f.file_path, f.content_hash, ?, ?, n.row_number, {finding.column_name}, {finding.reason},
            {finding.raw}, ?
        from numbered n
        join (select file_id, file_path, content_hash from quality.ingested_files) f using (file_id)
        where n.is_imperfect and {finding.where}
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
        insert into quality.rejected_rows ({_COLUMNS}, raw_row, run_id)
        select f.file_path, f.content_hash, ?, ?, s.row_number, null,
            case s.reason {reasons} else s.reason end, {"s.raw_row" if keeps_text(feed) else "null"}, ?
        from structural s join quality.ingested_files f using (file_id)
        """,
        [feed.source, feed.name, run_id],
    )


def describe_misfit(column: Column, contract: Contract) -> str:
    """What the column wants, as a reason that tells what to do."""
    zone, dialect = contract.time_zone, contract.dialect
    where = "" if zone == "UTC" else f" that the clocks of {zone} show"
    wants = {
        "varchar": "a text",
        "double": "a number such as 1.234,50" if dialect.decimal == "," else "a number",
        "integer": "a whole number",
        "timestamp": f"a time such as {_examples(dialect.timestamp_formats or ('%Y-%m-%dT%H:%M:%SZ',))}{where}",
        "date": f"a date such as {_examples(dialect.date_formats or ('%Y-%m-%d',))}",
        "boolean": "true or false",
        "json": "valid JSON",
    }[column.type]
    rules = [f"at least {column.min:g}"] if column.min is not None else []
    rules += [f"at most {column.max:g}"] if column.max is not None else []
    rules += [f"one of {', '.join(map(str, column.values))}"] if column.values is not None else []
    rules += [f"matching {column.pattern}"] if column.pattern is not None else []
    return f"not {' and '.join([wants, *rules])}; correct the value"


def _examples(formats: Sequence[str]) -> str:
    return " or ".join(_EXAMPLE.strftime(text) for text in formats)
