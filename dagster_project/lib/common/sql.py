"""Writing identifiers and literals into SQL. Values that can be bound are bound; this is for what cannot be."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def quote_identifier(name: str) -> str:
    """Quote a column or table name, whatever characters it has."""
    return '"' + name.replace('"', '""') + '"'


def quote_literal(value: str | Path) -> str:
    """Quote a string for a place that takes no bound value, such as a table function's argument."""
    return "'" + str(value).replace("'", "''") + "'"


def literal_list(values: Iterable[str | Path]) -> str:
    """A list of quoted strings: ['a', 'b']."""
    return "[" + ", ".join(quote_literal(value) for value in values) + "]"
