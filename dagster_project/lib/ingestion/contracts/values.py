"""Whether the values that a contract itself holds fit: defaults, allowed values, patterns, formats of times.

Asked of the very SQL that judges a file, so that a contract cannot promise what the night refuses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from dagster_project.lib.common.sql import quote_literal
from dagster_project.lib.ingestion.contracts.casts import given_text, typed_value
from dagster_project.lib.ingestion.contracts.contract import Column, Contract

_RULES = ("default", "values", "min", "max", "pattern")


@dataclass(frozen=True)
class Mistake:
    """One thing to mend."""

    place: tuple[int | str, ...]
    """The way to the key in the user's file, for its line."""
    what: str
    remedy: str


def misfitting_values(own: Contract, merged: Contract) -> Iterator[Mistake]:
    """What no value can fit, or what does not fit itself. A contract without such keys costs nothing."""
    formats = [("timestamp_format", text) for text in own.dialect.timestamp_formats]
    formats += [("date_format", text) for text in own.dialect.date_formats]
    columns = {column.name: column for column in merged.columns}
    ruled = [(index, columns[column.name]) for index, column in enumerate(own.columns) if _has_values(column)]
    if not formats and not ruled:
        return
    with duckdb.connect() as connection:
        for key, text in formats:
            if fault := _fault(connection, f"select try_strptime('', {quote_literal(text)})"):
                remedy = "write it like '%d.%m.%Y %H:%M'"
                yield Mistake(("dialect", key), f"{text!r} is no format of times ({fault})", remedy)
        for index, column in ruled:
            for key, what, remedy in _judge(connection, column, merged):
                yield Mistake(("columns", index, key), what, remedy)


def _has_values(column: Column) -> bool:
    return any(rule is not None for rule in (column.default, column.values, column.pattern))


def _judge(
    connection: duckdb.DuckDBPyConnection, column: Column, contract: Contract
) -> Iterator[tuple[str, str, str]]:
    if column.pattern is not None:
        query = f"select regexp_full_match('', {quote_literal(column.pattern)})"
        if fault := _fault(connection, query):
            what = f"the pattern of {column.name!r} is no regular expression ({fault})"
            yield "pattern", what, "write it in RE2's syntax, which has no look-ahead and no back-references"
            return
    plain = column.model_copy(update=dict.fromkeys(_RULES))
    for value in column.values or []:
        one = plain.model_copy(update={"default": value})
        if not _fits(connection, one, contract):
            what = f"the value {value!r} of {column.name!r} is no {column.type}"
            yield "values", what, "list only what the column can hold"
            return
    if column.default is not None and not _fits(connection, column, contract):
        what = f"the default {column.default!r} of {column.name!r} does not fit the column and its rules"
        yield "default", what, f"give a {column.type} that the rules allow, written as in the export"


def _fits(connection: duckdb.DuckDBPyConnection, column: Column, contract: Contract) -> bool:
    text = given_text(column, "null::varchar", contract)
    row = connection.execute(f"select {typed_value(column, f'({text})', contract)} is not null").fetchone()
    return row == (True,)


def _fault(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """What DuckDB has against the query, in one line, or nothing."""
    try:
        connection.execute(query)
    except duckdb.Error as error:
        return str(error).splitlines()[0].split("Error: ", 1)[-1].strip(". ")
    return ""
