"""What the values of a column look like: addresses, numbers, telephone numbers, true and false."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from dagster_project.lib.ingestion.contracts.casts import NO, YES
from dagster_project.lib.ingestion.contracts.number_casts import LONE_COMMA, WITH_COMMA, WITH_POINT

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"(?=.*[+ ()/-])\+?[\d ()/.-]{7,20}")
_POINT = re.compile(rf"{WITH_POINT}|{LONE_COMMA}|[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_COMMA = re.compile(WITH_COMMA)
_LONE = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_SIGNS = {
    "€": "EUR", "EUR": "EUR", "£": "GBP", "GBP": "GBP", "US$": "USD", "USD": "USD", "CHF": "CHF", "SFr.": "CHF",
    "Kč": "CZK", "CZK": "CZK", "zł": "PLN", "PLN": "PLN", "Ft": "HUF", "HUF": "HUF", "RON": "RON",
    "SEK": "SEK", "NOK": "NOK", "DKK": "DKK", "₽": "RUB", "₺": "TRY", "₹": "INR", "R$": "BRL",
    "$": None, "lei": None, "kr.": None, "kr": None, "Fr.": None, "¥": None,
}  # fmt: skip
"""What stands around amounts, with its currency where only one is written so."""
_SIGN = "|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True))
_AMOUNT = re.compile(
    rf"([+-]?)(?:(?P<before>{_SIGN})\s*)?(?P<number>[+-]?\d.*?)(?:\s*(?P<behind>{_SIGN}))?", re.IGNORECASE
)
_BOOLEANS = frozenset({*YES, *NO})
MOST = 0.95
"""From this share of the values on, a column is of a shape; the rest are its bad rows."""


@dataclass(frozen=True)
class Shape:
    """The shape of one column."""

    values: Sequence[str]
    """Without blank ones."""
    rows: int

    @property
    def filled(self) -> float:
        """Share of rows with a value."""
        return len(self.values) / self.rows if self.rows else 0.0

    @cached_property
    def email(self) -> float:
        """Share of values shaped like e-mail addresses."""
        return self._share(_EMAIL.fullmatch)

    @cached_property
    def phone(self) -> float:
        """Share of values shaped like telephone numbers, which have more than digits in them."""
        return self._share(_PHONE.fullmatch)

    @cached_property
    def _amounts(self) -> list[re.Match[str]]:
        return [found for value in self.values if (found := _AMOUNT.fullmatch(value))]

    @cached_property
    def numerals(self) -> list[str]:
        """The values without signs of currencies."""
        return [found[1] + found["number"] for found in self._amounts]

    @cached_property
    def currency_signs(self) -> list[str]:
        """What stands around its numbers, as it is written."""
        signs = (sign for found in self._amounts for sign in (found["before"], found["behind"]) if sign)
        return list(dict.fromkeys(signs))

    @cached_property
    def currencies(self) -> set[str | None]:
        """The ISO codes of what its signs stand for; none for a sign that several countries use."""
        written = {sign.lower() for sign in self.currency_signs}
        return {code for sign, code in _SIGNS.items() if sign.lower() in written}

    @cached_property
    def point_number(self) -> float:
        """Share of numbers with a decimal point or none."""
        return self._share_of_numerals(_POINT)

    @cached_property
    def comma_number(self) -> float:
        """Share of numbers with a decimal comma or none."""
        return self._share_of_numerals(_COMMA)

    @property
    def number(self) -> float:
        """Share of numbers of the likelier way of writing them."""
        return max(self.point_number, self.comma_number)

    @cached_property
    def has_decimal_comma(self) -> bool:
        """Whether it holds numbers that can only be read with a decimal comma."""
        return self.comma_number >= MOST and self.comma_number > self.point_number

    @cached_property
    def is_mark_open(self) -> bool:
        """Whether all of its numbers with a mark are like 1,234 or 1.234: a thousand, or little more than one."""
        marked = [text for text in self.numerals if "," in text or "." in text]
        return bool(marked) and all(map(_LONE.fullmatch, marked))

    @cached_property
    def boolean(self) -> float:
        """Share of yes and no."""
        return self._share(lambda value: value.lower() in _BOOLEANS)

    @cached_property
    def distinct(self) -> list[str]:
        """Some of the different values, in their order."""
        return list(dict.fromkeys(self.values))[:1000]

    def _share(self, test: Callable[[str], object]) -> float:
        return sum(test(value) is not None and test(value) is not False for value in self.values) / max(
            len(self.values), 1
        )

    def _share_of_numerals(self, pattern: re.Pattern[str]) -> float:
        return sum(pattern.fullmatch(text) is not None for text in self.numerals) / max(len(self.values), 1)
