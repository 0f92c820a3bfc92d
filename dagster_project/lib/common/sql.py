"""Writing identifiers and literals into SQL. Values that can be bound are bound; this is for what cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path


def quote_identifier(name: str) -> str:
    """Quote a column or table name, whatever characters it has."""
    return '"' + name.replace('"', '""') + '"'


def quote_literal(value: str | Path) -> str:
    """Quote a string for a place that takes no bound value, such as a table function's argument."""
    return "'" + str(value).replace("'", "''") + "'"


def quote_path(path: Path) -> str:
    """Quote the path of a file to read; what a pattern would mean by `*`, `?` or `[` is taken as it stands."""
    return quote_literal(re.sub(r"([\[*?])", r"[\1]", str(path)))


def literal_list(values: Iterable[str]) -> str:
    """A list of quoted strings: ['a', 'b']."""
    return "[" + ", ".join(quote_literal(value) for value in values) + "]"


def path_list(paths: Iterable[Path]) -> str:
    """A list of quoted paths to read."""
    return "[" + ", ".join(quote_path(path) for path in paths) + "]"
