"""In which format the times of a column are written, asked of the casts that a night uses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

import duckdb
import pandas as pd

from dagster_project.lib.ingestion.contracts.casts import typed_value
from dagster_project.lib.ingestion.contracts.contract import Column, Contract, Dialect
from dagster_project.lib.ingestion.inference.shapes import MOST

_LIKE_A_DATE = re.compile(
    r"\d{1,4}[./-] ?\d{1,2}[./-] ?\d{1,4}|\d{4}-W\d{2}|\d{8}$|\d{1,2}[ -][A-Za-z]{3}|[A-Z][a-z]{2} \d{1,2}"
)
_DAYS = ("%d{0}%m{0}%Y", "%m{0}%d{0}%Y", "%Y{0}%m{0}%d", "%d{0}%m{0}%y", "%m{0}%d{0}%y")
_OTHER_DAYS = ("%Y%m%d", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%b %d %Y", "%G-W%V-%u")
_CLOCKS = (
    "%H:%M",
    "%H:%M:%S",
    "%H:%M:%S.%f",
    "%I:%M %p",
    "%I:%M:%S %p",
    "%H.%M",
    "%H:%M Uhr",
    "%H%M%S",
    "%Hh%M",
)
_MOST_FORMATS = 3
"""A column of more is texts with dates in them."""


@dataclass(frozen=True)
class Times:
    """How a column of times is written."""

    formats: tuple[str, ...]
    """To be declared; none where the night reads it without."""
    is_day_uncertain: bool = False
    """Whether day and month could be the other way round."""
    has_days_only: bool = False


def find_times(values: Sequence[str]) -> Times | None:
    """The formats of most of the values (distinct texts), or None where they are no times.

    Where two formats read all of them, the one that makes the shorter span is taken: an export is of a day or a month
    rather than of a year's first days. With dots the day stands first wherever people write so.
    """
    if not values:
        return None
    if _read(values, Contract())[0] >= MOST:
        return Times((), has_days_only=not any(":" in value for value in values))
    return spell_times(values)


def spell_times(values: Sequence[str]) -> Times | None:
    """The same with formats for what a night reads without any, as it has to beside other formats."""
    if sum(bool(_LIKE_A_DATE.match(value)) for value in values) < MOST * len(values):
        return None
    formats: list[str] = []
    is_day_uncertain, rest = False, list(values)
    while len(rest) > (1 - MOST) * len(values):
        best, is_uncertain = _best_format(rest)
        # both ways round in one column: most values of the second would be read by the first
        if best is None or len(formats) == _MOST_FORMATS or turned(best) in formats:
            return None
        formats.append(best)
        is_day_uncertain |= is_uncertain
        unread = _read(rest, Contract(dialect=Dialect(timestamp_format=best)))[2]
        if len(rest) - len(unread) < (1 - MOST) * len(values):
            return None
        rest = unread
    has_days_only = not any("%H" in text or "%I" in text for text in formats)
    return Times(tuple(formats), is_day_uncertain, has_days_only)


def _best_format(values: Sequence[str]) -> tuple[str | None, bool]:
    """The format that reads most of the values, and whether day and month could be the other way round."""
    found = []
    for text in _formats(values):
        share, span, _ = _read(values, Contract(dialect=Dialect(timestamp_format=text)))
        if share:
            found.append((-round(share, 3), "%m.%d" in text or "%m. %d" in text, span, text))
    if not found:
        return None, False
    best = min(found)
    rivals = {text for share, is_odd, _, text in found if share == best[0] and not is_odd} - {best[-1]}
    return best[-1], turned(best[-1]) in rivals


@cache
def _scratch() -> duckdb.DuckDBPyConnection:
    """A database in memory that holds nothing but the texts that are looked at."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    return connection


def _read(values: Sequence[str], contract: Contract) -> tuple[float, float, list[str]]:
    """The share of texts that are times under the contract, the days between first and last, and the other texts."""
    connection = _scratch()
    connection.register("texts", pd.DataFrame({"text": list(values)}))
    moment = typed_value(Column(name="moment", type="timestamp"), "text", contract)
    share, span, unread = connection.execute(f"""
        select
            count(moment) / count(*), epoch(max(moment) - min(moment)) / 86400,
            coalesce(list(text) filter (where moment is null), [])
        from (select text, {moment} as moment from texts)
    """).fetchone() or (0.0, 0.0, [])
    return share, span or 0.0, unread


def _formats(values: Sequence[str]) -> Iterator[str]:
    """Formats with the marks that the first value has."""
    first = values[0]
    days = [day.format(mark) for mark in (". ", *"./-") for day in _DAYS if mark in first] + list(_OTHER_DAYS)
    joins = [join for join in (" ", "T", ", ") if join in first]
    clocks = [clock for clock in _CLOCKS if (":" in clock) == (":" in first)]
    yield from days
    yield from (f"{day}{join}{clock}" for day, join, clock in product(days, joins, clocks))


def turned(text: str) -> str:
    """The same format with day and month the other way round."""
    return text.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
