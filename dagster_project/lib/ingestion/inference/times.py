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
    r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{8}$|\d{1,2}[ -][A-Za-z]{3}|[A-Z][a-z]{2} \d{1,2}"
)
_DAYS = ("%d{0}%m{0}%Y", "%m{0}%d{0}%Y", "%Y{0}%m{0}%d", "%d{0}%m{0}%y", "%m{0}%d{0}%y")
_OTHER_DAYS = ("%Y%m%d", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%b %d %Y")
_CLOCKS = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%H.%M", "%H:%M Uhr", "%H%M%S")


@dataclass(frozen=True)
class Times:
    """How a column of times is written."""

    format: str | None
    """To be declared; none where the night reads it without."""
    is_day_uncertain: bool = False
    """Whether day and month could be the other way round."""
    has_days_only: bool = False


def find_times(values: Sequence[str]) -> Times | None:
    """The format of most of the values (distinct texts), or None where they are no times.

    Where two formats read all of them, the one that makes the shorter span is taken: an export is of a day or a month
    rather than of a year's first days.
    """
    if not values:
        return None
    connection = _scratch()
    connection.register("texts", pd.DataFrame({"text": list(values)}))
    if _read(connection, Contract())[0] >= MOST:
        return Times(None, has_days_only=not any(":" in value for value in values))
    if sum(bool(_LIKE_A_DATE.match(value)) for value in values) < MOST * len(values):
        return None
    found = []
    for text in _formats(values):
        share, span = _read(connection, Contract(dialect=Dialect(timestamp_format=text)))
        if share >= MOST:
            found.append((-round(share, 3), span, text))
    if not found:
        return None
    best = min(found)
    rivals = {text for share, _, text in found if share == best[0]} - {best[2]}
    return Times(
        best[2], _turned(best[2]) in rivals, has_days_only="%H" not in best[2] and "%I" not in best[2]
    )


@cache
def _scratch() -> duckdb.DuckDBPyConnection:
    """A database in memory that holds nothing but the texts that are looked at."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    return connection


def _read(connection: duckdb.DuckDBPyConnection, contract: Contract) -> tuple[float, float]:
    """The share of texts that are times under the contract, and the days between the first and the last."""
    moment = typed_value(Column(name="moment", type="timestamp"), "text", contract)
    share, span = connection.execute(f"""
        select count(moment) / count(*), epoch(max(moment) - min(moment)) / 86400
        from (select {moment} as moment from texts)
    """).fetchone() or (0.0, 0.0)
    return share, span or 0.0


def _formats(values: Sequence[str]) -> Iterator[str]:
    """Formats with the marks that the first value has."""
    first = values[0]
    days = [day.format(mark) for mark in "./-" for day in _DAYS if mark in first] + list(_OTHER_DAYS)
    joins = [join for join in (" ", "T", ", ") if join in first]
    clocks = [clock for clock in _CLOCKS if (":" in clock) == (":" in first)]
    yield from days
    yield from (f"{day}{join}{clock}" for day, join, clock in product(days, joins, clocks))


def _turned(text: str) -> str:
    return text.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
