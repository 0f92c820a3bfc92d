"""Finding single records of a CSV file again: by the line that the reader named, or by their place among the good.

Splits text into records and nothing more; what they hold is judged elsewhere.
"""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from dagster_project.lib.ingestion.arrival.quotes import ends_in_quotes
from dagster_project.lib.ingestion.contracts.contract import Dialect

_BLOCK, _NEWLINE = 256 << 10, 10


@dataclass(frozen=True)
class Found:
    """Where the wanted records stand in their file."""

    refused: dict[int, tuple[int, str]] = field(default_factory=dict)
    """Line as DuckDB counts them -> place of the record, from 1 without the header, and its text."""
    accepted: dict[int, tuple[int, str]] = field(default_factory=dict)
    """Place among the records that the reader took, from 1 -> place of the record and its text."""


def find_records(
    stream: BinaryIO, dialect: Dialect, delimiter: str, refused_lines: Sequence[int], wanted: Sequence[int]
) -> Found:
    """Walk through a file with a header, block by block; only blocks with something in them are split.

    refused_lines: as in DuckDB's reject_errors, where blank lines count, a record with newlines in quotes counts
    once and the header is line 1. wanted: places among the records that are on no refused line.
    """
    walk = Walk(dialect, delimiter, refused_lines, wanted)
    for block in whole_lines(stream_blocks(stream)):
        walk.take(block)
    walk.end()
    return walk.found


def stream_blocks(stream: BinaryIO) -> Iterator[bytes]:
    """A stream piece by piece."""
    while block := stream.read(_BLOCK):
        yield block


def whole_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks that end with a newline, but for the last."""
    rest: list[bytes] = []
    for block in blocks:
        end = block.rfind(b"\n") + 1
        if end:
            whole = b"".join([*rest, block[:end]])
            rest = []
            yield whole
        rest.append(block[end:])
    if last := b"".join(rest):
        yield last


class Walk:
    """One pass over a file with a header, block by block."""

    def __init__(
        self, dialect: Dialect, delimiter: str, refused: Sequence[int] = (), wanted: Sequence[int] = ()
    ) -> None:
        self.found = Found()
        self.open_line: int | None = None
        """Once the walk has ended: the line on which a quote was opened and not closed, as DuckDB counts."""
        self._dialect, self._delimiter, self._quote = dialect, delimiter, dialect.quote.encode()
        self._refused, self._wanted = sorted(refused), sorted(wanted)
        self._line, self._place, self._accepted = 0, -1, 0
        self._open: list[bytes] = []
        self._is_in_quotes = False
        self._is_blank_a_record = False
        """Whether the file has one column: a blank line is then a row in which it is missing."""

    @property
    def records(self) -> int:
        """How many there were, the header left out."""
        return max(self._place, 0)

    def take(self, block: bytes) -> None:
        """One block of whole lines."""
        if not block.endswith(b"\n"):
            block += b"\n"
        has_quotes = self._quote in block
        while self._place < 0 and not has_quotes and block:
            end = block.index(b"\n") + 1
            self._take_line(block[:end])
            block = block[end:]
        if not block:
            return
        if self._open or has_quotes:
            self._take_lines(block)
            return
        is_end = np.frombuffer(block, np.uint8) == _NEWLINE
        has_blank = is_end[0] or bool((is_end[1:] & is_end[:-1]).any())
        if has_blank or (b"\r" in block and (block.startswith(b"\r") or b"\n\r\n" in block)):
            self._take_lines(block)
        else:
            self._take_plain(block, is_end)

    def _take_plain(self, block: bytes, is_end: npt.NDArray[np.bool_]) -> None:
        """A block in which every line is a record: only the wanted ones are looked at."""
        count = int(np.count_nonzero(is_end))
        lines = _between(self._refused, self._line, self._line + count)
        wanted = _between(self._wanted, self._accepted, self._accepted + count - len(lines))
        if lines or wanted:
            self._look_up(block, np.flatnonzero(is_end), lines, wanted)
        self._line += count
        self._place += count
        self._accepted += count - len(lines)

    def _look_up(
        self, block: bytes, ends: npt.NDArray[np.int64], lines: Sequence[int], wanted: Sequence[int]
    ) -> None:
        refused = [line - self._line - 1 for line in lines]
        for line, index in zip(lines, refused, strict=True):
            self.found.refused[line] = (self._place + index + 1, _text_of(_cut(block, ends, index)))
        for place in wanted:
            index = place - self._accepted - 1
            for out in refused:
                index += out <= index
            self.found.accepted[place] = (self._place + index + 1, _text_of(_cut(block, ends, index)))

    def _take_lines(self, block: bytes) -> None:
        for line in io.BytesIO(block):
            self._take_line(line)

    def _take_line(self, line: bytes) -> None:
        self._open.append(line)
        self._is_in_quotes = ends_in_quotes(line, self._is_in_quotes, self._dialect, self._delimiter)
        if not self._is_in_quotes:
            self.end()

    def end(self) -> None:
        """The record that was begun is whole."""
        if not self._open:
            return
        if self._is_in_quotes:
            self.open_line = self._line + 1
        record = b"".join(self._open)
        self._open, self._is_in_quotes = [], False
        self._line += 1
        if not record.rstrip(b"\r\n") and not self._is_blank_a_record:
            return
        self._place += 1
        if self._place == 0:
            self._is_blank_a_record = self._delimiter.encode() not in record
            return
        if _between(self._refused, self._line - 1, self._line):
            self.found.refused[self._line] = (self._place, _text_of(record))
            return
        self._accepted += 1
        if _between(self._wanted, self._accepted - 1, self._accepted):
            self.found.accepted[self._accepted] = (self._place, _text_of(record))


def _between(numbers: Sequence[int], low: int, high: int) -> Sequence[int]:
    """Those above low and up to high, out of sorted ones."""
    return numbers[bisect_right(numbers, low) : bisect_right(numbers, high)]


def _cut(block: bytes, ends: npt.NDArray[np.int64], index: int) -> bytes:
    """One line of the block, counted from 0."""
    return block[ends[index - 1] + 1 if index else 0 : ends[index]]


def _text_of(record: bytes) -> str:
    return record.rstrip(b"\r\n").decode("utf-8", "replace")
