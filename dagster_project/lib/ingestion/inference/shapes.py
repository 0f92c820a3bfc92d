"""What the values of a column look like: addresses, numbers, telephone numbers, true and false."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"(?=.*[+ ()/-])\+?[\d ()/.-]{7,20}")
_POINT = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?")
_SURELY_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+|[+-]?\d{1,3}(\.\d{3}){2,}")
_BOOLEANS = frozenset({"true", "false", "t", "f", "yes", "no", "y", "n", "1", "0"})
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
    def point_number(self) -> float:
        """Share of numbers with a decimal point or none."""
        return self._share(_POINT.fullmatch)

    @cached_property
    def comma_number(self) -> float:
        """Share of numbers with a decimal comma or none."""
        return self._share(_COMMA.fullmatch)

    @property
    def number(self) -> float:
        """Share of numbers of the likelier way of writing them."""
        return max(self.point_number, self.comma_number)

    @cached_property
    def has_decimal_comma(self) -> bool:
        """Whether it holds numbers that can only be read with a decimal comma."""
        return self.comma_number >= MOST and any(_SURELY_COMMA.fullmatch(value) for value in self.values)

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
