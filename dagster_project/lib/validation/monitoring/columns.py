"""Of each column of a table: what may be told of it, and how it is measured in SQL.

Of people no value is told: of a column that is what nobody is to be sorted by only how many rows have it, of one that
names them no more than how long its texts are. Which tables are measured is for profiles.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dagster_project.lib.common.sql import quote_identifier

FEWEST_VALUES = 200
"""Of fewer values no quantile is told: a twentieth of them would be less than ten people."""
_NUMBERS = (
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UINTEGER", "UBIGINT", "FLOAT", "DOUBLE", "DECIMAL"
)  # fmt: skip
_TIMES = ("TIMESTAMP", "DATE")
_TEXTS = ("VARCHAR", "JSON")
_WIDTH = 4
"""Figures that a column takes in the list of those that are selected."""


@dataclass(frozen=True)
class MeasuredColumn:
    """A column and the unit that it is told in: number, days, characters, share, or None for counts alone."""

    name: str
    measured_in: str | None

    @classmethod
    def plan(cls, name: str, kind: str, personal_data: str | None) -> MeasuredColumn:
        """What may be measured of a column of this type and class."""
        if personal_data in ("none", "indirect") and not kind.endswith("]"):
            if kind.startswith(_NUMBERS):
                return cls(name, "number")
            if kind.startswith(_TIMES):
                return cls(name, "days")
            if kind == "BOOLEAN":
                return cls(name, "share")
        return cls(
            name, "characters" if kind in _TEXTS and personal_data not in ("sensitive", None) else None
        )

    def figures(self, is_counted: str) -> str:
        """SQL of nulls, distinct values, average and quantiles. is_counted: whether a row counts for quantiles."""
        column = quote_identifier(self.name)
        average, quantiles = "null::double", "null::double[]"
        if self.measured_in == "share":
            average = f"sum({column}::integer) / count({column})"
        elif self.measured_in == "characters":
            average = f"sum(length({column}::varchar)) / count({column})"
        elif self.measured_in is not None:
            value = column
            if self.measured_in == "days":
                value = f"(epoch($as_of) - epoch({column}::timestamp)) / 86400"
            # a filter would cost more than the quantiles
            quantiles = f"quantile_cont(case when {is_counted} then {value}::double end, [0.05, 0.5, 0.95])"
        return f"count(*) - count({column}), approx_count_distinct({column}), {average}, {quantiles}"


def read_figures(figures: Sequence[Any], place: int, row_count: int) -> tuple[Any, ...]:
    """Of the figures of all columns those of one: nulls, distinct values, average, and three quantiles if told."""
    if not row_count:
        return 0, 0, None, None, None, None
    nulls, distinct, average, quantiles = figures[_WIDTH * place : _WIDTH * (place + 1)]
    if quantiles is None or row_count - nulls < FEWEST_VALUES:
        quantiles = (None, None, None)
    return nulls, distinct, average, *quantiles
