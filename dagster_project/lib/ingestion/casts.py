"""A contract's column as SQL over text: the typed value, and the test that says whether the text fitted.

Pure text in, SQL out. What happens to a row that does not fit is the loader's business.
"""

from __future__ import annotations

from dagster_project.lib.common.sql import quote_literal
from dagster_project.lib.ingestion.contracts import Column, Contract

EPOCH_SECONDS, EPOCH_MILLISECONDS = r"\d{9,10}(\.\d+)?", r"\d{12,13}"
"""Times since 1970 as text: from 1973 on, so that no plain year or date is taken for one."""
_OFFSET = r".*\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|UTC|[+-]\d{2}(:?\d{2})?)"


def typed_value(column: Column, text: str, contract: Contract) -> str:
    """SQL for the typed value of `text` (an SQL expression of type varchar), null where it does not fit."""
    value = _CASTS[column.type](text, contract)
    rules = _rules(column, value)
    return f"case when {' and '.join(rules)} then {value} end" if rules else value


def given_text(column: Column, text: str) -> str:
    """SQL for the text that counts: blank is missing, and a missing one takes the contract's default."""
    given = f"nullif(trim({text}), '')"
    if column.default is None:
        return given
    return f"coalesce({given}, {quote_literal(_text_of(column.default))})"


def _text_of(value: str | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _rules(column: Column, value: str) -> list[str]:
    rules = []
    if column.min is not None:
        rules.append(f"{value} >= {column.min!r}")
    if column.max is not None:
        rules.append(f"{value} <= {column.max!r}")
    if column.values is not None:
        allowed = ", ".join(quote_literal(_text_of(allowed)) for allowed in column.values)
        rules.append(f"({value})::varchar in ({allowed})")
    if column.pattern is not None:
        rules.append(f"regexp_full_match(({value})::varchar, {quote_literal(column.pattern)})")
    return rules


def _number(text: str, contract: Contract) -> str:
    if contract.dialect.decimal == ",":
        text = f"replace(replace({text}, '.', ''), ',', '.')"
    return f"try_cast({text} as double)"


def _double(text: str, contract: Contract) -> str:
    number = _number(text, contract)
    return f"case when isfinite({number}) then {number} end"


def _integer(text: str, contract: Contract) -> str:
    number = _number(text, contract)
    return f"case when {number} = floor({number}) then try_cast({number} as integer) end"


def _timestamp(text: str, contract: Contract) -> str:
    # A session in UTC reads times without an offset as UTC, so only another zone needs the slow way.
    with_offset = f"try_cast({text} as timestamptz) at time zone 'UTC'"
    calendar = with_offset
    if contract.time_zone != "UTC":
        local = (
            f"timezone({quote_literal(contract.time_zone)}, try_cast({text} as timestamp)) at time zone 'UTC'"
        )
        calendar = f"case when regexp_full_match({text}, {quote_literal(_OFFSET)}) then {with_offset} else {local} end"
    epoch = (
        f"case when regexp_full_match({text}, {quote_literal(EPOCH_SECONDS)})"
        f" then make_timestamp(round(try_cast({text} as double) * 1000000)::bigint)"
        f" when regexp_full_match({text}, {quote_literal(EPOCH_MILLISECONDS)})"
        f" then make_timestamp(try_cast({text} as bigint) * 1000) end"
    )
    return f"coalesce({calendar}, {epoch})"


def _date(text: str, contract: Contract) -> str:
    return f"coalesce(try_cast({text} as date), try_cast({text} as timestamp)::date)"


def _boolean(text: str, contract: Contract) -> str:
    return (
        f"case when lower({text}) in ('true', 't', 'yes', 'y', '1') then true"
        f" when lower({text}) in ('false', 'f', 'no', 'n', '0') then false end"
    )


_CASTS = {
    "varchar": lambda text, contract: text,
    "double": _double,
    "integer": _integer,
    "timestamp": _timestamp,
    "date": _date,
    "boolean": _boolean,
    "json": lambda text, contract: f"case when json_valid({text}) then {text}::json end",
}
