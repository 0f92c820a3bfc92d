"""The contract's judgement of rows as SQL: typed values, which text did not fit, which rows stay out.

One judgement serves every way of reading. Reading itself belongs to readers, bulk and loader.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from dagster_project.lib.common.sql import quote_identifier, quote_literal
from dagster_project.lib.ingestion.arrival.limits import MAX_LINE_BYTES
from dagster_project.lib.ingestion.contracts.casts import given_text, is_free_text, trimmed, typed_value
from dagster_project.lib.ingestion.contracts.contract import Column, Contract

MAX_FIELD_BYTES = MAX_LINE_BYTES
"""A longer text is a file in a field, and would cost every later read of its column. No line of text that the reader
takes can hold one, whichever way it goes: only Parquet can.
"""
LINE_REASON = "reason of the line"
"""What a line's own reader found wrong with it as a whole, or null."""


def can_misfit(column: Column) -> bool:
    """Whether some text does not fit the column."""
    return column.keep != "dropped" and not is_free_text(column) and not _takes_all(column)


def _takes_all(column: Column) -> bool:
    return column.type == "varchar" and column.values is None and column.pattern is None


def can_reject(column: Column) -> bool:
    """Whether this column can cost a row."""
    return column.required or (can_misfit(column) and column.rejects)


def text_of(column: Column) -> str:
    """The name under which a judged row carries the given text of a column."""
    return quote_identifier(f"text of {column.name}")


def misfit_of(column: Column) -> str:
    """The name of the flag: a text was given and is no value of the column."""
    return quote_identifier(f"misfit of {column.name}")


def is_missing(column: Column) -> str:
    """SQL over judged rows: the column holds nothing."""
    name = quote_identifier(column.name)
    return f"({name} is null or {trimmed(name)} = '')" if is_free_text(column) else f"{name} is null"


def is_too_late(contract: Contract, arrived_at: datetime) -> str | None:
    """SQL over judged rows: the event is of a time that had not come when its file arrived."""
    if contract.event_time is None:
        return None
    limit = arrived_at + timedelta(minutes=contract.clock_skew_minutes)
    return f"{quote_identifier(contract.event_time)} > timestamp {quote_literal(limit.isoformat(' '))}"


def is_too_long(contract: Contract) -> str:
    """SQL over judged rows: some text is longer than any that is meant."""
    texts = [quote_identifier(column.name) for column in contract.columns if is_free_text(column)]
    lengths = [f"coalesce(strlen({text}), 0)" for text in texts]
    return f"greatest({', '.join(['0', *lengths])}) > {MAX_FIELD_BYTES}"


def judge(
    relation: str,
    texts: Mapping[str, str],
    contract: Contract,
    arrived_at: datetime,
    carried: Sequence[str],
    *,
    has_long_texts: bool = True,
) -> str:
    """A query of judged rows over `relation`.

    texts: canonical column -> SQL of its text.
    has_long_texts: whether a text may be over-long, which costs a look at each.
    arrived_at: when the files arrived (UTC). carried: further SQL expressions with aliases, LINE_REASON among them.
    Yields carried, every column typed, `text of c`, `misfit of c` where the column can misfit, `is_rejected`, and
    `is_imperfect`: rejected, or some value of it did not fit.
    """
    given, values, flags = [], [], []
    for column in contract.columns:
        text = given_text(column, texts.get(column.name, "null::varchar"), contract)
        given.append(f"{text} as {text_of(column)}")
        values.append(f"{typed_value(column, text_of(column), contract)} as {quote_identifier(column.name)}")
        if can_misfit(column):
            flags.append(
                f"{text_of(column)} is not null and {quote_identifier(column.name)} is null as {misfit_of(column)}"
            )
    misfits = [misfit_of(column) for column in contract.columns if can_misfit(column)]
    rejected = [f"{quote_identifier(LINE_REASON)} is not null"]
    rejected += [is_too_long(contract)] if has_long_texts else []
    rejected += [is_missing(column) for column in contract.columns if column.required]
    rejected += [
        misfit_of(column) for column in contract.columns if can_misfit(column) and can_reject(column)
    ]
    rejected += [late] if (late := is_too_late(contract, arrived_at)) else []
    return f"""
        select *, is_rejected or {" or ".join(["false", *misfits])} as is_imperfect
        from (
            select *, coalesce({" or ".join(rejected)}, false) as is_rejected
            from (
                select {", ".join(["*", *flags])}
                from (
                    select {", ".join(["*", *values])}
                    from (select {", ".join([*given, *carried])} from {relation})
                )
            )
        )
    """
