"""What is wrong with a contract that is well formed: names that are not there, rules that nothing can fit.

The models in contracts say which keys there are and which types they have. Whether a file fits is for the night.
"""

from __future__ import annotations

import difflib
import zoneinfo
from collections import Counter
from collections.abc import Iterable, Iterator

from dagster_project.lib.ingestion.contracts.contract import Column, Contract, Unpivot
from dagster_project.lib.ingestion.contracts.values import Mistake, misfitting_values
from dagster_project.lib.ingestion.reading.formats import format_of

NO_ZONES = frozenset({"localtime", "posixrules", "Factory"})
"""Names in the zone database that mean another zone on another machine, or none."""
_TIMES = ("timestamp", "date")


def find_mistakes(own: Contract, merged: Contract) -> Iterator[Mistake]:
    """Everything wrong with a contract, in the order in which it is best mended.

    own: what the user wrote. merged: the same over its canonical table, without columns that this does not have.
    """
    known = {column.name: column for column in merged.columns}
    yield from _time_zone(own)
    yield from _dialect(own)
    yield from _names(own, merged.table, known)
    yield from _rename(own)
    yield from _keys(own, known)
    for index, column in enumerate(own.columns):
        yield from _rules(("columns", index), column, known[column.name])
        yield from _keep(("columns", index), known[column.name], merged)
    yield from _ignored(own)
    if own.unpivot is not None:
        yield from _unpivot(own, own.unpivot, merged.table, known)
    yield from misfitting_values(own, merged)


def _time_zone(own: Contract) -> Iterator[Mistake]:
    if own.time_zone not in zoneinfo.available_timezones() - NO_ZONES:
        what = f"{own.time_zone!r} is no time zone"
        yield Mistake(("time_zone",), what, "use a name such as Europe/Berlin or UTC")


def _dialect(own: Contract) -> Iterator[Mistake]:
    dialect = own.dialect
    if dialect.delimiter in (dialect.quote, dialect.escape, "\n", "\r"):
        what = "the delimiter is the quote, the escape or a line's end"
        yield Mistake(("dialect", "delimiter"), what, "name the character that stands between two fields")


def _names(own: Contract, table: str | None, known: Iterable[str]) -> Iterator[Mistake]:
    for index, column in enumerate(own.columns):
        if column.name not in known:
            yield Mistake(
                ("columns", index),
                f"{table} has no column {column.name!r}{suggest(column.name, known)}",
                "use the canonical name here and `rename:` for the export's own; other columns are kept as they are",
            )
    for index, name in _repeated([column.name for column in own.columns]):
        yield Mistake(("columns", index), f"{name!r} is listed twice", "write its rules in one place")
    for theirs, ours in own.rename.items():
        if ours not in known:
            yield Mistake(
                ("rename", theirs),
                f"{table} has no column {ours!r}{suggest(ours, known)}",
                "`rename:` goes from the export's column name to the canonical one",
            )


def _rename(own: Contract) -> Iterator[Mistake]:
    keys = list(own.rename)
    for index, ours in _repeated(list(own.rename.values())):
        first = next(theirs for theirs in keys if own.rename[theirs] == ours)
        yield Mistake(
            ("rename", keys[index]),
            f"{keys[index]!r} and {first!r} are both renamed to {ours!r}",
            "leave one of them; the other is kept as an extra column",
        )
    for index, theirs in _repeated([theirs.lower() for theirs in keys]):
        what = f"{keys[index]!r} is renamed twice"
        yield Mistake(("rename", keys[index]), what, f"leave one line for {theirs!r}; case does not matter")


def _keys(own: Contract, known: dict[str, Column]) -> Iterator[Mistake]:
    for index, name in enumerate(own.primary_key):
        if name not in known:
            what = f"there is no canonical column {name!r}{suggest(name, known)}"
            yield Mistake(("primary_key", index), what, "name canonical columns")
    if own.event_time is not None and own.event_time not in known:
        what = f"there is no canonical column {own.event_time!r}{suggest(own.event_time, known)}"
        yield Mistake(("event_time",), what, "name a canonical column")
    elif own.event_time is not None and known[own.event_time].type not in _TIMES:
        what = f"{own.event_time!r} is of type {known[own.event_time].type}"
        yield Mistake(("event_time",), what, "name a column of times or dates")


def _rules(place: tuple[int | str, ...], own: Column, merged: Column) -> Iterator[Mistake]:
    if "type" in own.model_fields_set and own.type != merged.type:
        what = f"{own.name!r} is of type {merged.type}, in every feed that fills the table"
        yield Mistake(place, what, "leave `type` out")
    if (merged.min, merged.max) != (None, None) and merged.type not in ("double", "integer"):
        what = f"`min` and `max` are for numbers, and {own.name!r} is of type {merged.type}"
        yield Mistake(place, what, "use `pattern` or `values`, or leave the rule out")
    if merged.pattern is not None and merged.type != "varchar":
        what = f"`pattern` is for texts, and {own.name!r} is of type {merged.type}"
        yield Mistake(place, what, "use `values`, or `min` and `max`, or leave the rule out")
    if merged.min is not None and merged.max is not None and merged.min > merged.max:
        what = f"`min` of {own.name!r} is greater than its `max`"
        yield Mistake(place, what, "exchange them; no number fits both")
    if merged.required and own.on_error == "null":
        what = f"{own.name!r} is required, so a value that does not fit costs the row and cannot become null"
        yield Mistake(place, what, "leave `on_error` out, or give a `default` for what is missing")


def _keep(place: tuple[int | str, ...], column: Column, merged: Contract) -> Iterator[Mistake]:
    if column.keep == "plain":
        return
    is_needed = column.required or column.name in (*merged.primary_key, merged.event_time)
    if column.keep == "dropped" and is_needed:
        what = f"{column.name!r} is needed in every row, so it cannot be dropped"
        yield Mistake(place, what, "use `keep: hashed` for a text, or leave `keep` out")
    if column.keep == "hashed" and column.type != "varchar":
        what = f"{column.name!r} is of type {column.type}, which has no room for a digest"
        yield Mistake(place, what, "use `keep: dropped`, or leave `keep` out")
    rules = [key for key in ("values", "min", "max", "pattern") if getattr(column, key) is not None]
    if rules:
        what = f"`{rules[0]}` of {column.name!r} is not looked at where the value is {column.keep}"
        yield Mistake(place, what, "leave one of the two out")


def _ignored(own: Contract) -> Iterator[Mistake]:
    export = format_of(own)
    if export is None:
        return
    if own.unpivot is not None:
        what = f"`unpivot` has no meaning with `format: {own.format}`, which says itself what each row is"
        yield Mistake(("unpivot",), what, "leave one of the two out")
    if own.json_schema is not None and "jsonl" not in export.containers:
        what = f"{own.format} exports hold no JSON lines that `json_schema` could look at"
        yield Mistake(("json_schema",), what, "leave it out")
    separators = own.dialect.model_fields_set & {"delimiter", "quote", "escape"}
    if separators and not export.containers & {"csv", "tsv"}:
        what = f"{own.format} exports have no delimiters and quotes"
        yield Mistake(("dialect", min(separators)), what, "leave it out")


def _unpivot(
    own: Contract, unpivot: Unpivot, table: str | None, known: dict[str, Column]
) -> Iterator[Mistake]:
    for key, name in (("name", unpivot.name), ("value", unpivot.value)):
        if name not in known:
            what = f"{table} has no column {name!r}{suggest(name, known)}"
            yield Mistake(("unpivot", key), what, "name the canonical column that is to be filled")
        elif name in own.rename.values():
            what = f"{name!r} would be filled both by `rename` and by `unpivot`"
            yield Mistake(("unpivot", key), what, "leave one of the two out")
    if unpivot.name == unpivot.value:
        what = "the columns' names and their values cannot go into the same column"
        yield Mistake(("unpivot", "value"), what, "name two canonical columns")
    if unpivot.columns == "others":
        return
    for index, name in _repeated([name.lower() for name in unpivot.columns]):
        yield Mistake(("unpivot", "columns", index), f"{name!r} is listed twice", "leave it once")
    renamed = {theirs.lower() for theirs in own.rename}
    for index, name in enumerate(unpivot.columns):
        if name.lower() in renamed or name.lower() in known:
            what = f"{name!r} fills a canonical column of its own already"
            yield Mistake(("unpivot", "columns", index), what, "leave it out here, or out of `rename`")


def _repeated(names: list[str]) -> list[tuple[int, str]]:
    """The later of equal names, with their places."""
    seen: Counter[str] = Counter()
    repeated = []
    for index, name in enumerate(names):
        if seen[name]:
            repeated.append((index, name))
        seen[name] += 1
    return repeated


def suggest(name: str, known: Iterable[str]) -> str:
    """A question that names the nearest of what is known, or nothing."""
    close = difflib.get_close_matches(name, list(known), 1)
    return f" (did you mean {close[0]!r}?)" if close else ""
