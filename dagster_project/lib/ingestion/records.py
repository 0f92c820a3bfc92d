"""Finding single records of a CSV file again: by the line that the reader named, or by their place among the good.

Splits text into records and nothing more; what they hold is judged elsewhere.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from dagster_project.lib.ingestion.contracts import Dialect

_BLOCK = 1 << 20


@dataclass(frozen=True)
class Found:
    """Where the wanted records stand in their file."""

    refused: dict[int, tuple[int, str]] = field(default_factory=dict)
    """Line as DuckDB counts them -> place of the record, from 1 without the header, and its text."""
    accepted: dict[int, tuple[int, str]] = field(default_factory=dict)
    """Place among the records that the reader took, from 1 -> place of the record and its text."""


def find_records(
    stream: BinaryIO, dialect: Dialect, refused_lines: Sequence[int], wanted: Sequence[int]
) -> Found:
    """Walk through a file with a header, block by block; only blocks with something in them are split.

    refused_lines: as in DuckDB's reject_errors, where blank lines count, a record with newlines in quotes counts
    once and the header is line 1. wanted: places among the records that are on no refused line.
    """
    walk = _Walk(dialect, frozenset(refused_lines), frozenset(wanted))
    for block in _whole_lines(stream):
        walk.take(block)
    walk.end()
    return walk.found


def _whole_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Blocks that end with a newline, but for the last."""
    rest = b""
    while block := stream.read(_BLOCK):
        end = block.rfind(b"\n") + 1
        if not end:
            rest += block
            continue
        yield rest + block[:end]
        rest = block[end:]
    if rest:
        yield rest


def opens_quote(text: bytes, dialect: Dialect) -> bool:
    """Whether a text that begins outside of quotes ends inside them, or the other way round."""
    quote = dialect.quote.encode()
    if dialect.escape != dialect.quote:
        text = text.replace(dialect.escape.encode() + quote, b"")
    return text.count(quote) % 2 == 1


class _Walk:
    def __init__(self, dialect: Dialect, refused: frozenset[int], wanted: frozenset[int]) -> None:
        self.found = Found()
        self._dialect, self._quote = dialect, dialect.quote.encode()
        self._refused, self._wanted = refused, wanted
        self._next_refused, self._next_wanted = sorted(refused, reverse=True), sorted(wanted, reverse=True)
        self._line, self._place, self._accepted = 0, -1, 0
        self._open: list[bytes] = []
        self._is_in_quotes = False

    def take(self, block: bytes) -> None:
        """One block of whole lines."""
        if self._open or self._place < 0 or not self._skip(block):
            for line in io.BytesIO(block):
                self._take_line(line)

    def _skip(self, block: bytes) -> bool:
        """Pass over a block in which nothing is wanted and every line is a record."""
        if self._quote in block or b"\n\n" in block or b"\n\r\n" in block or block[:1] in (b"\n", b"\r"):
            return False
        count = block.count(b"\n")
        while self._next_refused and self._next_refused[-1] <= self._line:
            self._next_refused.pop()
        while self._next_wanted and self._next_wanted[-1] <= self._accepted:
            self._next_wanted.pop()
        if self._next_refused and self._next_refused[-1] <= self._line + count:
            return False
        if self._next_wanted and self._next_wanted[-1] <= self._accepted + count:
            return False
        self._line += count
        self._place += count
        self._accepted += count
        return block.endswith(b"\n")

    def _take_line(self, line: bytes) -> None:
        self._open.append(line)
        self._is_in_quotes ^= opens_quote(line, self._dialect)
        if not self._is_in_quotes:
            self.end()

    def end(self) -> None:
        """The record that was begun is whole."""
        if not self._open:
            return
        record = b"".join(self._open)
        self._open, self._is_in_quotes = [], False
        self._line += 1
        if not record.rstrip(b"\r\n"):
            return
        self._place += 1
        if self._place == 0:
            return
        if self._line in self._refused:
            self.found.refused[self._line] = (self._place, _text_of(record))
            return
        self._accepted += 1
        if self._accepted in self._wanted:
            self.found.accepted[self._accepted] = (self._place, _text_of(record))


def _text_of(record: bytes) -> str:
    return record.rstrip(b"\r\n").decode("utf-8", "replace")
