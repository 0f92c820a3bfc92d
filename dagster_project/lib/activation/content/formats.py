"""How amounts and days are written: by Babel, in the language and currency of the shop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_AMOUNTS_KEPT = 10_000


@dataclass(frozen=True)
class Locale:
    """The shop's language and currency."""

    language: str
    """Such as en_GB."""
    currency: str | None
    """ISO 4217; none where the warehouse knows none."""

    def filters(self) -> dict[str, Callable[..., str]]:
        """What templates call: money, number, percent, day."""
        return {"money": self.money, "number": self.number, "percent": self.percent, "day": self.day}

    def money(self, amount: float, currency: str | None = None) -> str:
        """7.5 -> £7.50; without any currency a number with two decimals."""
        code = currency or self.currency
        if code is None:
            return format_decimal(amount, format="#,##0.00", locale=self.language)
        return _format_currency(amount, code, self.language)

    def number(self, value: float) -> str:
        """1234.5 -> 1,234.5."""
        return format_decimal(value, locale=self.language)

    def percent(self, share: float) -> str:
        """0.25 -> 25%."""
        return format_percent(share, locale=self.language)

    def day(self, value: Any, form: str = "long") -> str:
        """2026-06-30 -> 30 June 2026. value: a date, a time, or either as ISO text; form: short to full, or CLDR's."""
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        if not isinstance(value, date):
            raise TypeError("a day is a date, a time or ISO text")
        return format_date(value, format=form, locale=self.language)


@lru_cache(_AMOUNTS_KEPT, typed=True)
def _format_currency(amount: float, currency: str, language: str) -> str:
    """A page names a dozen prices, most of them of products that others are shown too; Babel takes 0.1 ms for each."""
    return format_currency(amount, currency, locale=language)


def read_currency(connection: DuckDBPyConnection) -> str | None:
    """The base currency of the shop's orders; None where the warehouse knows none."""
    found = connection.execute(
        "select min(currency) from quality.order_currencies where is_base and currency is not null"
    ).fetchone()
    return found[0] if found else None
