"""How the files of one group are laid out, and how long and deep a line of theirs may be. Pure description."""

from __future__ import annotations

from dataclasses import dataclass

from dagster_project.lib.ingestion.formats.format import Headless

LONGEST_LINE_BYTES = 1 << 20
"""A longer record is an accident of quotes, or a file in a field; it is refused."""
MAX_LINE_BYTES = 2 * LONGEST_LINE_BYTES
"""What DuckDB is told: beyond its buffer it passes over lines without a word, so none comes near."""
LONG_LINE = "kindred: a line that is too long"
"""Begins what stands in a copy of JSON lines in place of such a line."""
MOST_BRACKETS = 20_000
"""Of one JSON line. DuckDB follows nested values down a stack that ends, and the process with it, far beyond this."""
DEEP_LINE = "kindred: a line that is nested too deep"
"""Begins what stands in a copy of JSON lines in place of one with more of them."""
BUFFER_BYTES = 16 * MAX_LINE_BYTES
"""DuckDB's own ratio. With buffers hardly longer than a line its parallel reader loses rows without a word."""


def count_brackets(text: bytes) -> int:
    """How many arrays and objects are opened in JSON text, at least as many as are nested in each other."""
    return text.count(b"[") + text.count(b"{")


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
