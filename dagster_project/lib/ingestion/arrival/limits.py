"""How long and how deep a line may be, so that DuckDB's readers lose none and none ends the process."""

from __future__ import annotations

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
