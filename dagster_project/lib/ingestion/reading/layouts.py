"""How the files of one group are laid out. Pure description."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Headless:
    """How text files are read that do not name their columns and quote nothing."""

    columns: tuple[str, ...]
    delimiter: str
    escape: str = ""
    """What stands before a delimiter or newline that belongs to a value; blank: nothing does."""
    lookups: Path | None = None
    """The folder of the lookup files that explain the columns."""


@dataclass(frozen=True)
class Layout:
    """What the files of one group have in common: the container and the columns, by their own names."""

    container: str
    columns: tuple[str, ...]
    """Source columns in the file's order; for jsonl, where each line has its own, none."""
    types: tuple[str, ...]
    """DuckDB types of a Parquet file's columns, else empty."""
    delimiter: str = ""
    has_header: bool = True
    """Whether the first line names the columns."""
    headless: Headless | None = None
    """How text is read that has no header, as its format says; else none."""
