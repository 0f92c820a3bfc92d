"""Is a new file whole, and what its extension says: neither cut off nor a bomb nor another format.

Reads a file's bytes once and knows nothing of columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from dagster_project.lib.ingestion.arrival.compression import BROKEN, expand
from dagster_project.lib.ingestion.arrival.headers import LARGE_BYTES, FileFaultError, delimiter_of
from dagster_project.lib.ingestion.arrival.landing import LandedFile
from dagster_project.lib.ingestion.arrival.limits import LONGEST_LINE_BYTES, MOST_BRACKETS, count_brackets
from dagster_project.lib.ingestion.arrival.records import Walk, whole_lines
from dagster_project.lib.ingestion.contracts.contract import Dialect

BOMB_RATIO = 200
"""Text that compresses further than this and is large then is no export but a bomb, or one row without end."""
_MAGIC = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook",
    b"%PDF": "a PDF",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "gzip without the extension .gz",
    b"\x28\xb5\x2f\xfd": "zstd without the extension .zst",
    b"SQLite format 3": "a SQLite database",
    b"<!DOCTYPE": "a web page",
    b"<html": "a web page",
    b"<?xml": "XML",
}


@dataclass(frozen=True)
class Content:
    """What a look at every byte of a text file says."""

    is_readable: bool
    """Whether every line can be read: no NUL byte, which text does not hold, no line beyond LONGEST_LINE_BYTES, and
    in JSON lines none with more than MOST_BRACKETS. No may be said of files in which all can.
    """
    records: int | None = None
    """How many a CSV file has, without its header."""
    has_old_newlines: bool = False
    """Whether its lines end in a carriage return alone, as those of old Macs do."""
    open_line: int | None = None
    """The line on which a quote is opened that is open at the end of the file, as DuckDB counts lines."""


def check_whole(file: LandedFile, dialect: Dialect) -> Content:
    """Raise FileFaultError for a file that is empty, breaks off, expands without end or is of another format.

    DuckDB reads a truncated .gz or .zst up to the break and says nothing, so it is found here.
    """
    if file.size == 0:
        raise FileFaultError("the file is empty; deliver it again")
    if file.container == "parquet":
        return Content(True)
    scan = _Scan()
    walk = Walk(dialect, delimiter_of(file, dialect)) if file.container in ("csv", "tsv") else None
    try:
        blocks = expand(file.path, file.compression)
        first = next(blocks, b"")
        has_old_newlines = b"\r" in first and b"\n" not in first
        _check_magic(first, file)
        for block in whole_lines(scan.look_at(chain([first], blocks), file)):
            if walk:
                walk.take(block)
    except BROKEN as error:
        raise FileFaultError(
            f"the {file.compression} stream is damaged or cut off; deliver the file again"
            if file.compression != "none"
            else "it cannot be read; check its permissions and deliver it again"
        ) from error
    if walk is None:
        return Content(scan.is_readable, has_old_newlines=has_old_newlines)
    walk.end()
    return Content(scan.is_readable, walk.records, has_old_newlines, walk.open_line)


class _Scan:
    """What the blocks of a file have shown so far, whatever they hold."""

    def __init__(self) -> None:
        self.is_readable = True

    def look_at(self, blocks: Iterable[bytes], file: LandedFile) -> Iterator[bytes]:
        """Pass the blocks on. FileFaultError where they have no end."""
        size, line, brackets = 0, 0, 0
        for block in blocks:
            end = block.rfind(b"\n")
            self.is_readable = (
                self.is_readable and line + len(block) <= LONGEST_LINE_BYTES and b"\0" not in block
            )
            line = line + len(block) if end < 0 else len(block) - end
            if file.container == "jsonl":
                brackets += count_brackets(block)
                self.is_readable = self.is_readable and brackets <= MOST_BRACKETS
                brackets = brackets if end < 0 else count_brackets(block[end:])
            size += len(block)
            if file.compression != "none" and size > max(LARGE_BYTES, BOMB_RATIO * file.size):
                raise FileFaultError(
                    f"it expands to more than {BOMB_RATIO} times its size; if that is meant, deliver it uncompressed"
                )
            yield block


def _check_magic(first: bytes, file: LandedFile) -> None:
    for magic, what in _MAGIC.items():
        if first.startswith(magic):
            raise FileFaultError(
                f"it is {what}, not {file.container}; export it as {file.container} or rename it"
            )
