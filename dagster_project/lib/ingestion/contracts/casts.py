"""A contract's column as SQL over text: the typed value, and the test that says whether the text fitted.

Pure text in, SQL out. What happens to a row that does not fit is the loader's business.
"""

from __future__ import annotations

from collections.abc import Sequence

from dagster_project.lib.common.sql import quote_literal
from dagster_project.lib.ingestion.contracts.contract import Column, Contract
from dagster_project.lib.ingestion.contracts.number_casts import number_of

EPOCH_SECONDS, EPOCH_MILLISECONDS = r"\d{9,10}(\.\d+)?", r"\d{12,13}"
"""Times since 1970 as text: from 1973 on, so that no plain year or date is taken for one."""
EARLIEST, LATEST = "timestamp '1900-01-01'", "timestamp '2200-01-01'"
"""Outside of these a time is a mistake, and one such row would spoil every age computed from it."""
LARGEST_NUMBER = 1e15
"""Beyond this a number is a mistake, and sums of products of such numbers would overflow a decimal."""
_OFFSET = r".*\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|UTC|[+-](0\d|1[0-4])(:?[0-5]\d)?)"
_SPACED_OFFSET = r"\s+(Z|[+-]\d{2}(:?\d{2})?)$"
_BLANKS = quote_literal(" \t\r\n\u00a0\u200b\ufeff")
"""What a cell holds that looks empty."""
YES = ("true", "t", "yes", "y", "1", "ja", "j", "oui", "ano", "sí", "si", "sì", "sim", "tak", "áno", "igen")
NO = ("false", "f", "no", "n", "0", "nein", "non", "ne", "não", "nao", "nie", "nee", "nej", "nem")
"""What exports write for true and false, in lower case."""
_TIME_LENGTH = 19
"""Of 2026-01-31 23:59:59, the form that most exports use; it is tried before all others since it costs least."""


def typed_value(column: Column, text: str, contract: Contract) -> str:
    """SQL for the typed value of `text` (an SQL expression of type varchar), null where it does not fit."""
    if column.keep == "hashed":
        return f"sha256({_normalized(column, text)})"
    value = _CASTS[column.type](text, contract)
    rules = _rules(column, value, contract)
    return f"case when {' and '.join(rules)} then {value} end" if rules else value


def _normalized(column: Column, text: str) -> str:
    """The form in which two sources write the same thing, so that digests of both still meet."""
    if column.name == "phone":
        return f"regexp_replace(regexp_replace({text}, '[^0-9]', '', 'g'), '^00', '')"
    return f"lower(trim({text}))"


def is_free_text(column: Column) -> bool:
    """Whether any text fits and is kept as it came; normalizing it is staging's business."""
    is_plain = column.type == "varchar" and column.keep == "plain" and column.default is None
    return is_plain and column.pattern is None and column.values is None


def given_text(column: Column, text: str, contract: Contract) -> str:
    """SQL for the text that counts: blank is missing, and a missing one takes the contract's default."""
    if column.keep == "dropped":
        return "null::varchar"
    if is_free_text(column):
        return f"({text})::varchar"
    given = f"nullif({trimmed(text)}, '')"
    if column.default is None:
        return given
    return f"coalesce({given}, {_written(column.default, contract)})"


def trimmed(text: str) -> str:
    """SQL for the text without blanks around it.

    To trim costs more than to read; so only a text that begins below or beyond ASCII's letters and signs, or ends in a
    space, is trimmed at all.
    """
    needs_it = f"{text} < '!' or {text} >= '\u00a0' or ends_with({text}, ' ')"
    return f"case when {needs_it} then trim({text}, {_BLANKS}) else {text} end"


def _written(value: str | float | bool, contract: Contract) -> str:
    """A contract's own value as SQL for the text that an export would have."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return quote_literal(
        text.replace(".", contract.dialect.decimal or ".") if isinstance(value, float) else text
    )


def _rules(column: Column, value: str, contract: Contract) -> list[str]:
    rules = []
    if column.min is not None:
        rules.append(f"{value} >= {column.min!r}")
    if column.max is not None:
        rules.append(f"{value} <= {column.max!r}")
    if column.values is not None:
        cast = _CASTS[column.type]
        allowed = ", ".join(f"({cast(_written(allowed, contract), contract)})" for allowed in column.values)
        rules.append(f"{value} in ({allowed})")
    if column.pattern is not None:
        rules.append(f"regexp_full_match(({value})::varchar, {quote_literal(column.pattern)})")
    return rules


def _double(text: str, contract: Contract) -> str:
    number = number_of(text, contract.dialect)
    return f"case when abs({number}) <= {LARGEST_NUMBER:.0f} then {number} end"


def _integer(text: str, contract: Contract) -> str:
    number = number_of(text, contract.dialect)
    return f"case when {number} = floor({number}) then try_cast({number} as integer) end"


def _timestamp(text: str, contract: Contract) -> str:
    plain = f"try_cast({text} as timestamp)"
    # That cast passes over an offset; one that is none, such as +99:99, must not get this far.
    local = f"case when not regexp_matches({text}[11:], '[+-]') then {plain} end"
    if contract.dialect.timestamp_formats:
        local = _parsed(text, contract.dialect.timestamp_formats)
    if contract.time_zone != "UTC":
        local = _in_zone(local, contract.time_zone)
    # Only what ends in an offset is read as such: DuckDB keeps the zone of a name like CET for the values after it.
    spaced = f"regexp_replace({text}, {quote_literal(_SPACED_OFFSET)}, '\\1')"
    with_offset = f"try_cast({spaced} as timestamptz) at time zone 'UTC'"
    calendar = (
        f"case when regexp_full_match({text}, {quote_literal(_OFFSET)}) then {with_offset} else {local} end"
    )
    epoch = (
        f"case when regexp_full_match({text}, {quote_literal(EPOCH_SECONDS)})"
        f" then make_timestamp(round(try_cast({text} as double) * 1000000)::bigint)"
        f" when regexp_full_match({text}, {quote_literal(EPOCH_MILLISECONDS)})"
        f" then make_timestamp(try_cast({text} as bigint) * 1000) end"
    )
    usual = f"ends_with({text}, 'Z')"
    if contract.time_zone == "UTC" and not contract.dialect.timestamp_formats:
        # The sign of an offset can only be in the place of a digit here, and then the cast gives nothing.
        usual = f"(length({text}) = {_TIME_LENGTH} and {text}[17] = ':') or {usual}"
    return _within(f"coalesce(case when {usual} then {plain} end, {calendar}, {epoch})")


def _parsed(text: str, formats: Sequence[str]) -> str:
    """By the first of the formats that reads the whole text as a time that may be: %Y also reads the year 24."""
    read = [f"try_strptime({text}, {quote_literal(each)})" for each in formats]
    return read[0] if len(read) == 1 else f"coalesce({', '.join(map(_within, read))})"


def _in_zone(local: str, zone: str) -> str:
    """A local time that the clocks skip is none; of the two that they repeat, DuckDB takes one and always the same."""
    moment = f"timezone({quote_literal(zone)}, {local})"
    exists = f"timezone({quote_literal(zone)}, {moment}) = {local}"
    return f"case when {exists} then {moment} at time zone 'UTC' end"


def _date(text: str, contract: Contract) -> str:
    day = f"coalesce(try_cast({text} as date), try_cast({text} as timestamp)::date)"
    if contract.dialect.date_formats:
        day = f"{_parsed(text, contract.dialect.date_formats)}::date"
    return _within(day)


def _within(moment: str) -> str:
    return f"case when {moment} between {EARLIEST} and {LATEST} then {moment} end"


def _list(words: Sequence[str]) -> str:
    return ", ".join(map(quote_literal, words))


def _boolean(text: str, contract: Contract) -> str:
    return (
        f"case when lower({text}) in ({_list(YES)}) then true"
        f" when lower({text}) in ({_list(NO)}) then false end"
    )


_CASTS = {
    "varchar": lambda text, contract: text,
    "double": _double,
    "integer": _integer,
    "timestamp": _timestamp,
    "date": _date,
    "boolean": _boolean,
    "json": lambda text, contract: f"try_cast({text} as json)",
}
