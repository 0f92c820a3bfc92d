"""Records of text files one by one, and their fields, as they stand there.

Splits and names; what is to become of a record is for others to say.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from dagster_project.lib.ingestion.arrival.quotes import ends_in_quotes
from dagster_project.lib.ingestion.contracts.contract import Dialect

Names = Callable[[str, str], bool]
"""Of a field's name and text, whether it names a person; members of members are called `parameters.items.price`."""


def split_records(lines: Iterable[bytes], dialect: Dialect, delimiter: str) -> Iterator[bytes]:
    """The records of a CSV file with their newlines, blank lines apart; what quotes hold together stays together."""
    record: list[bytes] = []
    is_in_quotes = False
    for line in lines:
        record.append(line)
        is_in_quotes = ends_in_quotes(line, is_in_quotes, dialect, delimiter)
        if not is_in_quotes:
            yield b"".join(record)
            record = []
    if record:
        yield b"".join(record)


def fields_of(record: bytes, dialect: Dialect, delimiter: str) -> list[str]:
    """The fields of a CSV record."""
    text = record.decode("utf-8-sig", "surrogateescape")
    return next(csv.reader([text], **as_csv(dialect, delimiter)), [])


def named_fields(
    record: bytes, header: Collection[str], dialect: Dialect, delimiter: str
) -> Iterator[tuple[str, str]]:
    """Name and text of each field; nothing is the name of those beyond the header."""
    fields = fields_of(record, dialect, delimiter)
    return zip([*map(str.strip, header), *[""] * len(fields)], fields, strict=False)


def as_csv(dialect: Dialect, delimiter: str) -> dict[str, Any]:
    """The dialect as Python's csv takes it."""
    is_doubled = dialect.quote == dialect.escape
    escape = None if is_doubled else dialect.escape
    return {
        "delimiter": delimiter,
        "quotechar": dialect.quote,
        "doublequote": is_doubled,
        "escapechar": escape,
    }


def change_json(value: Any, change: Callable[[str, str], str | None], name: str = "") -> Any:
    """The same document with other texts for some members, at any depth.

    change: given name and text; returns what stands there instead, nothing for null, or None for what stays.
    """
    if isinstance(value, dict):
        return {key: change_json(member, change, f"{name}.{key}".strip(".")) for key, member in value.items()}
    if isinstance(value, list):
        return [change_json(member, change, name) for member in value]
    changed = None if value is None else change(name, str(value))
    return value if changed is None else changed or None
