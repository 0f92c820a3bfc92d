"""What a drafted dialect says of numbers and times: decimal mark, signs of currencies, formats.

One contract has one dialect, so all matched columns of an export are asked together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from dagster_project.lib.ingestion.contract_files.finding import canonical_contracts
from dagster_project.lib.ingestion.contracts.contract import Contract
from dagster_project.lib.ingestion.inference.matching import Columns, TableMatch
from dagster_project.lib.ingestion.inference.shapes import Shape
from dagster_project.lib.ingestion.inference.times import spell_times, turned

_PROVES_POINT = re.compile(r"[+-]?\d{1,3}(,\d{3})+\.\d+")


def number_marks(columns: Columns, best: TableMatch, warnings: list[str]) -> dict[str, Any]:
    """`decimal` and `currency` where a night needs them. Adds what is doubtful to the warnings."""
    shapes = _numbers(columns, best)
    found: dict[str, Any] = {}
    if any(shape.has_decimal_comma for shape in shapes.values()):
        found["decimal"] = ","
    elif any(_PROVES_POINT.fullmatch(text) for shape in shapes.values() for text in shape.numerals):
        found["decimal"] = "."
    elif open_marks := [name for name, shape in shapes.items() if shape.is_mark_open]:
        warnings.append(
            f"numbers such as 1,234 or 1.234 in {', '.join(map(repr, open_marks))} may be a thousand or little more"
            ' than one: say `decimal: "."` or `decimal: ","` under `dialect:`'
        )
    elif any("," in text for shape in shapes.values() for text in shape.numerals):
        found["decimal"] = "."
    if signs := list(dict.fromkeys(sign for shape in shapes.values() for sign in shape.currency_signs)):
        found["currency"] = signs[0] if len(signs) == 1 else signs
    if len(_currencies(shapes.values())) > 1:
        warnings.append(
            f"amounts carry the signs of several currencies ({', '.join(signs)}), which are taken away: each row's"
            " currency must stand in a column of its own, named `currency` under `rename:`"
        )
    return found


def currency_of(columns: Columns, best: TableMatch) -> str | None:
    """The ISO code of the one currency that the signs around amounts stand for."""
    found = _currencies(_numbers(columns, best).values())
    return found.pop() if len(found) == 1 else None


def _currencies(shapes: Iterable[Shape]) -> set[str | None]:
    return {currency for shape in shapes for currency in shape.currencies}


def _numbers(columns: Columns, best: TableMatch) -> dict[str, Shape]:
    """Canonical column -> shape, of the matched columns that hold numbers."""
    base = canonical_contracts()[best.table]
    numbers = {column.name for column in base.columns if column.type in ("double", "integer")}
    return {
        match.column: columns.shapes[name] for name, match in best.matches.items() if match.column in numbers
    }


def time_formats(
    columns: Columns, best: TableMatch, base: Contract, warnings: list[str]
) -> dict[str, str | list[str]]:
    """`timestamp_format` and `date_format` where a night needs them: those of all columns together."""
    ours = {match.column: name for name, match in best.matches.items()}
    found: dict[str, str | list[str]] = {}
    for kind in ("timestamp", "date"):
        names = [column.name for column in base.columns if column.type == kind and column.name in ours]
        names.sort(key=lambda name: (name != base.event_time, name))
        written = {name: times for name in names if (times := columns.times(ours[name])) is not None}
        if not any(times.formats for times in written.values()):
            continue
        formats: list[str] = []
        for name, times in written.items():
            # Beside declared formats a night reads no others, so that those it knows by itself are declared as well.
            spelled = times if times.formats else spell_times(columns.shapes[ours[name]].distinct)
            own = spelled.formats if spelled else ()
            if any(turned(text) != text and turned(text) in formats for text in own) or not own:
                told = f"{name!r} is written in another format of times, which cannot be declared beside those of"
                warnings.append(f"{told} the columns before it; its values may become null or be misread")
            elif times.is_day_uncertain:
                warnings.append(
                    f"day and month of {name!r} could be the other way round; check {kind}_format"
                )
            formats += [text for text in own if text not in formats and turned(text) not in formats]
        found[f"{kind}_format"] = formats[0] if len(formats) == 1 else formats
    return found
